"""The process that writes an index, killed, interrupted and asked too much."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.errors import IndexUnavailable
from kb.index_edge import EdgeStore
from kb.index_edge.__main__ import opening
from kb.index_edge.index import copied, created
from tests.integration.store_edge.processes import (
    EVERYTHING,
    GROWTH,
    LONG,
    PUBLISHER,
    count,
    end,
    points,
    python,
    said,
)


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def alive(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def ended_within(process: int, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while alive(process) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(process)


def test_a_child_creates_an_index_or_loads_a_copy_and_knows_no_other_word() -> None:
    assert opening("empty") is created
    assert opening("copied") is copied
    with pytest.raises(ValueError, match="'copid' is not a valid Start"):
        opening("copid")


def test_a_writer_killed_while_the_engine_works_takes_its_child_with_it(quick_disk: Path) -> None:
    process = python(PUBLISHER, quick_disk / "index")
    assert said(process) == "publishing"
    (child,) = children(process.pid)
    time.sleep(0.2)

    end(process)

    store = EdgeStore(quick_disk / "index", dimensions=LONG)
    with store.writing():
        assert store.current() is None
    assert ended_within(child, seconds=5)


def test_a_child_that_is_killed_is_an_error_and_the_served_generation_stays(
    store: EdgeStore,
) -> None:
    with store.writing():
        index = store.build("g-80", copy_of="g-40")
        (child,) = children(os.getpid())
        os.kill(child, signal.SIGKILL)

        with pytest.raises(IndexUnavailable, match=r"ended with status -9.*ingest` again"):
            index.upsert(points(40, 40))
        with pytest.raises(IndexUnavailable, match="ended with status -9"):
            index.upsert(points(40, 40))

    assert count(store) == GROWTH


def test_an_error_of_the_disk_is_not_taken_for_the_death_of_the_child(store: EdgeStore) -> None:
    with store.writing():
        index = store.build("g-80", copy_of="g-40")
        shutil.rmtree(Path(store.place) / "building")

        with pytest.raises(IndexUnavailable, match="shard is missing"):
            index.finish()

        assert children(os.getpid())
        index.close()
        assert not children(os.getpid())


def test_a_child_is_ended_by_another_thread_while_it_is_asked(quick_disk: Path) -> None:
    store = EdgeStore(quick_disk / "index", dimensions=LONG)
    with store.writing(), ThreadPoolExecutor(1) as other:
        index = store.build("g-1", copy_of=None)
        index.upsert(points(0, 2_000, dimensions=LONG))
        finishing = other.submit(index.finish)
        time.sleep(0.2)
        index.close()

        with pytest.raises(IndexUnavailable, match="ended with status -9"):
            finishing.result()


def test_a_child_that_cannot_be_started_is_an_error_that_names_the_place(
    store: EdgeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with store.writing(), pytest.raises(IndexUnavailable, match="/nowhere/python"):
        store.build("g-80", copy_of="g-40")


def test_a_call_that_is_interrupted_ends_the_child_at_once(quick_disk: Path) -> None:
    process = python(PUBLISHER, quick_disk / "index")
    assert said(process) == "publishing"
    (child,) = children(process.pid)
    time.sleep(0.2)

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode == -signal.SIGINT
    assert not alive(child)
    assert not (quick_disk / "index" / "building").exists()


def test_what_the_child_cannot_take_is_raised_here(store: EdgeStore) -> None:
    with store.writing():
        index = store.build("g-80", copy_of="g-40")
        with pytest.raises(TypeError, match="NumId") as raised:
            index.fetch([-1], EVERYTHING, ())

        assert "kb/index_edge/index.py" in "".join(raised.value.__notes__)
        assert index.count(EVERYTHING) == GROWTH
