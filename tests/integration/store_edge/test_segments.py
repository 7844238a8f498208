"""How an embedded index is cut, and that its graphs are sound."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from kb.errors import IndexDamaged, IndexUnavailable
from kb.index.recall import recall
from kb.index_edge import EdgeStore
from kb.index_edge.index import Sizes, copied, created
from tests.integration.store_edge.processes import (
    EVERYTHING,
    LONG,
    generations,
    points,
    publish,
)


def test_nothing_is_lost_when_an_index_outgrows_its_segments(quick_disk: Path) -> None:
    sizes = Sizes(settle_every=256, segment_kb=256)  # 42 of these vectors
    with closing(created(quick_disk, dimensions=LONG, sizes=sizes)) as index:
        index.upsert(points(0, 1_024, dimensions=LONG))

        assert index.count(EVERYTHING) == 1_024
        assert recall(index) == 1.0


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
