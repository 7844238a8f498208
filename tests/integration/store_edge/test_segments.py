"""How an embedded index is cut, and that its graphs are sound."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from kb.errors import IndexDamaged, IndexUnavailable
from kb.index.recall import MIN_RECALL
from kb.index_edge import EdgeStore
from kb.index_edge.index import Sizes, copied, created, loaded
from tests.integration.store_edge.processes import (
    EVERYTHING,
    LONG,
    generations,
    points,
    publish,
)

WIDE = 16 * LONG
"""Dimensions of vectors of which 110 are enough for a graph."""


def test_an_index_of_segments_too_large_to_merge_has_a_graph_in_each_and_loses_nothing(
    quick_disk: Path,
) -> None:
    sizes = Sizes(segment_kb=11_000)  # 114 of these vectors
    with closing(created(quick_disk, dimensions=WIDE, sizes=sizes)) as index:
        index.upsert(points(0, 120, dimensions=WIDE))
        index.finish(WIDE)

    with closing(copied(quick_disk, dimensions=WIDE, sizes=sizes)) as index:
        index.upsert(points(120, 120, dimensions=WIDE))
        found = index.finish(WIDE)

    assert len(graphs(quick_disk)) == 2
    assert found >= MIN_RECALL
    with closing(loaded(quick_disk)) as index:
        assert index.count(EVERYTHING) == 240


def test_graphs_are_built_when_all_is_written_and_in_one_segment(quick_disk: Path) -> None:
    with closing(created(quick_disk, dimensions=LONG)) as index:
        index.upsert(points(0, 2_000, dimensions=LONG))
        written = graphs(quick_disk)
        index.finish(LONG)
    first = graphs(quick_disk)

    with closing(copied(quick_disk, dimensions=LONG)) as index:
        index.upsert(points(2_000, 20, dimensions=LONG))
        index.finish(LONG)

    assert not written
    assert len(first) == 1
    assert graphs(quick_disk) == first


def graphs(shard: Path) -> set[Path]:
    """Where the engine has graphs of neighbours."""
    return set(shard.glob("segments/*/vector_index-dense/graph.bin"))


def test_a_closed_index_says_so_instead_of_answering(store: EdgeStore) -> None:
    index = store.open("g-40")
    index.close()

    with pytest.raises(IndexUnavailable):
        index.count(EVERYTHING)


def test_vectors_of_another_length_are_refused(store: EdgeStore) -> None:
    with store.writing():
        index = store.build("g-80", copy_of="g-40")
        with pytest.raises(IndexUnavailable, match="expected dim: 16, got 8"):
            index.upsert(points(40, 1, dimensions=8))
        index.close()


def test_a_graph_that_lost_its_links_is_never_served(quick_disk: Path) -> None:
    store = EdgeStore(quick_disk / "index", dimensions=LONG)
    with store.writing():
        publish(store, "g-1", *points(0, 2_000, dimensions=LONG))  # enough for a graph
        links = next(Path(store.place).glob("generations/g-1/shard/segments/*/*/links*.bin"))
        links.write_bytes(links.read_bytes()[:200].ljust(links.stat().st_size, b"\0"))
        copy = store.build("g-2", copy_of="g-1")

        with pytest.raises(IndexDamaged, match=r"finds 0\.\d+ of its neighbours"):
            store.publish("g-2", copy)

    assert store.current() == "g-1"
    assert [path.name for path in generations(store)] == ["g-1"]
