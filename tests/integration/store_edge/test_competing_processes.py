"""The embedded store among processes that are killed and compete."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from kb.errors import IndexBusy, IndexUnavailable
from kb.index_edge import EdgeStore
from kb.index_server.index import ServerIndex
from tests.integration.store_edge.processes import (
    GROWTH,
    HOLD_READING,
    HOLD_WRITING,
    KILLS,
    WRITER,
    count,
    end,
    generations,
    grow,
    points,
    publish,
    python,
    said,
)


def test_kill_9_at_any_moment_leaves_a_whole_generation_served(store: EdgeStore) -> None:
    random = np.random.default_rng(9)
    for _ in range(KILLS):
        process = python(WRITER, Path(store.place))
        first = said(process)
        time.sleep(float(random.uniform(0, 0.6)))
        published = [first, *end(process).split()]

        served = store.current()
        assert served is not None
        acknowledged = int(published[-1].partition("-")[2])
        found = int(served.partition("-")[2])
        assert found in {acknowledged, acknowledged + GROWTH}
        assert count(store) == found
    with store.writing():
        grow(store)
        assert sorted(path.name for path in generations(store)) == [store.current()]
    assert not (Path(store.place) / "building").exists()


def test_a_generation_is_built_inside_writing(store: EdgeStore) -> None:
    with pytest.raises(RuntimeError, match="inside writing"):
        store.build("g-80", copy_of="g-40")


def test_a_second_writer_is_told_which_process_writes_and_what_to_do(store: EdgeStore) -> None:
    process = python(HOLD_WRITING, Path(store.place))
    assert said(process) == "held"

    with pytest.raises(IndexBusy, match=f"process {process.pid} .*is writing.*wait.*or stop it"):
        store.writing().__enter__()

    end(process)
    with store.writing():
        pass


def test_a_generation_that_another_process_reads_is_kept_until_it_ends(store: EdgeStore) -> None:
    process = python(HOLD_READING, Path(store.place))
    assert said(process) == "held"

    with store.writing():
        grow(store)
        assert "g-40" in {path.name for path in generations(store)}
        end(process)
        assert store.discard() == ["g-40"]


def test_a_generation_that_is_read_is_not_built_over(store: EdgeStore) -> None:
    reader = store.open("g-40")
    with store.writing():
        publish(store, "g-80", *points(40, 40))

        with pytest.raises(IndexBusy, match="g-40 is in use"):
            store.build("g-40", copy_of=None)
    reader.close()


def test_a_generation_that_is_being_removed_is_not_opened(store: EdgeStore) -> None:
    with (Path(store.place) / "generations" / "g-40" / "READERS").open("rb") as removing:
        fcntl.flock(removing, fcntl.LOCK_EX)

        with pytest.raises(IndexUnavailable, match="g-40 is being removed"):
            store.open("g-40")
    assert count(store) == GROWTH


def test_only_an_index_of_this_store_can_be_published(store: EdgeStore) -> None:
    foreign = ServerIndex(QdrantClient(":memory:"), "g-80")

    with pytest.raises(TypeError, match="ServerIndex was not built by this store"):
        store.publish("g-80", foreign)
