"""The embedded store on disks that fill up."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from kb.errors import IndexUnavailable
from kb.index import Index, Point
from kb.index_edge import EdgeStore
from kb.index_edge.folders import HEADROOM_BYTES
from kb.index_edge.locks import serving_lock
from tests.integration.store_edge.processes import (
    DIMENSIONS,
    GROWTH,
    count,
    grow,
    points,
)


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
