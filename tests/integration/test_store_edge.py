"""The embedded store among processes that are killed, compete, and run out of disk."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from kb.errors import IndexBusy, IndexDamaged, IndexUnavailable, KbError
from kb.index import AllOf, Index, Point
from kb.index.recall import recall
from kb.index_edge import EdgeStore
from kb.index_edge.folders import HEADROOM_BYTES
from kb.index_edge.index import Sizes, created
from kb.index_edge.locks import serving_lock
from kb.index_server.index import ServerIndex
from kb.names import number as point_id

ROOT = Path(__file__).parents[2]
EVERYTHING = AllOf()
DIMENSIONS = 16
GROWTH = 40
"""Points that each generation has more than the one before."""
KILLS = 4
LONG = 1536
"""Dimensions of vectors of which 2,000 are enough for a graph: building it takes a second."""

WRITER = """
import sys
from pathlib import Path
from kb.index_edge import EdgeStore
from tests.integration.test_store_edge import DIMENSIONS, grow

store = EdgeStore(Path(sys.argv[1]), dimensions=DIMENSIONS)
while True:
    with store.writing():
        print(grow(store), flush=True)
"""
HOLDER = """
import sys
from pathlib import Path
from kb.index_edge import EdgeStore

store = EdgeStore(Path(sys.argv[1]), dimensions=16)
{hold}
print("held", flush=True)
sys.stdin.read()
"""
PUBLISHER = """
import sys
from pathlib import Path
from kb.index_edge import EdgeStore
from tests.integration.test_store_edge import LONG, points

store = EdgeStore(Path(sys.argv[1]), dimensions=LONG)
with store.writing():
    index = store.build("g-1", copy_of=None)
    index.upsert(points(0, 2_000, dimensions=LONG))
    print("publishing", flush=True)
    store.publish("g-1", index)
"""
HOLD_WRITING = HOLDER.format(hold="writing = store.writing(); writing.__enter__()")
HOLD_READING = HOLDER.format(hold="reading = store.open(store.current())")


def points(start: int, count: int, *, dimensions: int = DIMENSIONS) -> list[Point]:
    random = np.random.default_rng(start)
    return [
        Point(
            point_id(str(number)),
            {"record": "chunk", "shelf": "chunk/public/validated", "text": "更新到一半报错 4013"},
            random.standard_normal(dimensions).astype(np.float32),
        )
        for number in range(start, start + count)
    ]


def grow(store: EdgeStore) -> str:
    """Publish a generation that has some points more, and tells by its name how many."""
    current = store.current()
    have = int(current.partition("-")[2]) if current else 0
    name = f"g-{have + GROWTH}"
    index = store.build(name, copy_of=current)
    index.upsert(points(have, GROWTH))
    store.publish(name, index)
    store.discard()
    return name


def publish(store: EdgeStore, name: str, *new: Point) -> None:
    index = store.build(name, copy_of=store.current())
    index.upsert(new)
    store.publish(name, index)


def python(script: str, folder: Path) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=pipe, stdout=pipe, text=True, cwd=ROOT
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> str:
    """Kill a process the hard way; what it had still said."""
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0]


@pytest.fixture
def store(quick_disk: Path) -> EdgeStore:
    """With one served generation of 40 points."""
    store = EdgeStore(quick_disk / "index", dimensions=DIMENSIONS)
    with store.writing():
        grow(store)
    return store


def count(store: EdgeStore) -> int:
    name = store.current()
    assert name is not None
    index = store.open(name)
    try:
        return index.count(EVERYTHING)
    finally:
        index.close()


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


def test_nothing_is_lost_when_segments_widen_as_the_index_grows(quick_disk: Path) -> None:
    sizes = Sizes(settle_every=256, segment_kb=256)  # 42 of these vectors
    with closing(created(quick_disk, dimensions=LONG, sizes=sizes)) as index:
        index.upsert(points(0, 1_024, dimensions=LONG))

        assert index.count(EVERYTHING) == 1_024
        assert recall(index) == 1.0


def test_a_generation_is_built_inside_writing(store: EdgeStore) -> None:
    with pytest.raises(RuntimeError, match="inside writing"):
        store.build("g-80", copy_of="g-40")


def generations(store: EdgeStore) -> Iterator[Path]:
    return (Path(store.place) / "generations").iterdir()


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


@pytest.mark.parametrize("pattern", ["COMPLETE", "READERS", "shard/segments/*/segment.json"])
def test_a_missing_file_is_named_with_the_way_out(store: EdgeStore, pattern: str) -> None:
    lost = next((Path(store.place) / "generations" / "g-40").glob(pattern))
    lost.unlink()

    with pytest.raises(KbError, match=f"{lost.name} is missing.*fixpoint ingest --rebuild"):
        store.open("g-40")


@pytest.mark.parametrize("pattern", ["payload_storage/tracker.dat", "*/vectors/chunk_0.mmap"])
def test_a_truncated_file_is_found_before_anything_is_served_from_it(
    store: EdgeStore, pattern: str
) -> None:
    """The engine itself opens some of these, without their points."""
    damaged = next(Path(store.place).glob(f"generations/g-40/shard/segments/*/{pattern}"))
    os.truncate(damaged, 10)

    with pytest.raises(IndexDamaged, match=f"{damaged.name} is missing or damaged"):
        store.open("g-40")
    with store.writing(), pytest.raises(IndexDamaged):
        store.build("g-80", copy_of="g-40")


@pytest.mark.parametrize("listing", ["", "[]", '{"shard/edge_config.json": "x"}'])
def test_a_damaged_list_of_files_is_no_list(store: EdgeStore, listing: str) -> None:
    (Path(store.place) / "generations" / "g-40" / "COMPLETE").write_text(listing)

    with pytest.raises(IndexDamaged, match="fixpoint ingest --rebuild"):
        store.open("g-40")


@pytest.mark.parametrize("name", ["", "../../etc", "生成"])
def test_a_damaged_pointer_leads_nowhere(store: EdgeStore, name: str) -> None:
    (Path(store.place) / "CURRENT").write_text(name)

    with pytest.raises(IndexDamaged, match="CURRENT names no generation"):
        store.current()


def test_a_name_never_leaves_the_folder(store: EdgeStore) -> None:
    with pytest.raises(ValueError, match="no name of a generation"):
        store.open("../g-40")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = EdgeStore(tmp_path / "file" / "index", dimensions=DIMENSIONS)

    with pytest.raises(IndexUnavailable, match=f"{tmp_path}.* cannot be made .*FIXPOINT_STATE"):
        store.writing().__enter__()
    with pytest.raises(IndexUnavailable, match=r"Not a directory\): .*FIXPOINT_STATE"):
        store.current()


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


@pytest.fixture
def small_disk(quick_disk: Path) -> Iterator[Path]:
    """A file system of its own, somewhat larger than what must stay free."""
    image, folder = quick_disk / "image", quick_disk / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(HEADROOM_BYTES + 64 * 2**20)
    commands = (
        ["mkfs.ext4", "-q", str(image)],
        ["mount", "-o", "loop", str(image), str(folder)],
    )
    for command in commands:
        if not shutil.which(command[0]) or subprocess.run(command, check=False).returncode:
            pytest.skip("mounting a small disk needs root and mkfs.ext4")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(index: Index) -> None:
    """Write up to 200 MB that cannot be compressed well."""
    random = np.random.default_rng(1)
    for start in range(0, 10_000, 100):
        index.upsert(
            [Point(point.id, {"text": random.bytes(20_000).hex()}) for point in points(start, 100)]
        )


def test_a_disk_that_fills_up_while_writing_leaves_the_served_generation(small_disk: Path) -> None:
    store = EdgeStore(small_disk / "index", dimensions=DIMENSIONS)
    with store.writing():
        grow(store)

    with store.writing():
        index = store.build("g-80", copy_of="g-40")
        with pytest.raises(
            IndexUnavailable, match=f"the disk of {small_disk}.* is full: free some"
        ):
            fill(index)
        index.close()

    assert not (small_disk / "index" / "building").exists()
    assert count(store) == GROWTH
    with store.writing():
        grow(store)
    assert count(store) == 2 * GROWTH


def test_a_full_disk_is_told_before_anything_is_copied(small_disk: Path) -> None:
    store = EdgeStore(small_disk / "index", dimensions=DIMENSIONS)
    with store.writing():
        grow(store)
        room = shutil.disk_usage(small_disk).free - HEADROOM_BYTES
        (small_disk / "filler").write_bytes(bytes(room))

        with pytest.raises(IndexUnavailable, match="is full"):
            store.build("g-80", copy_of="g-40")
    assert count(store) == GROWTH


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte that knows at each write whether there is room."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_service_on_a_full_disk_is_told_so(tiny_disk: Path) -> None:
    with (tiny_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))

    with (
        pytest.raises(IndexUnavailable, match="is full: free some"),
        serving_lock(tiny_disk),
    ):
        pass
