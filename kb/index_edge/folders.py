"""The folders of generations: built aside, sealed, served by name.

::

    CURRENT                   name of the served generation
    LOCK                      held by the one writer with its child; holds its process id
    building/<name>/          never served; whatever a killed writer left is removed by the next
    generations/<name>/
        shard/                the engine's files
        COMPLETE              their names and sizes, written last
        READERS               held shared by everyone who reads the generation
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kb.errors import IndexDamaged, IndexUnavailable

ADVICE = "run `fixpoint ingest --rebuild`"
WRITABLE = "let this user write there, or set FIXPOINT_STATE to another folder"
SHARD = "shard"
HEADROOM_BYTES = 64 * 2**20
"""Room that must be left before the engine writes: it maps its files into memory, and a full disk
would end the process by SIGBUS instead of an error. A batch of 256 points takes about 1 MB."""

READERS = "READERS"
_COMPLETE = "COMPLETE"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BLOCK_BYTES = 2**20
_SYNCS = 16
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR})


@contextmanager
def files(place: Path) -> Iterator[None]:
    """Turn what the operating system refuses into :class:`IndexUnavailable`, naming the place."""
    try:
        yield
    except OSError as error:
        raise IndexUnavailable(_complaint(error, place)) from error


def make(folder: Path) -> None:
    """Make a folder and those above it; raises :class:`IndexUnavailable` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"{folder} cannot be made ({error.strerror}): {WRITABLE}"
        full = error.errno in _NO_ROOM
        raise IndexUnavailable(_full(folder) if full else reason) from error


def need_room(place: Path, *, size: int = 0) -> None:
    """Raise :class:`IndexUnavailable` unless ``size`` bytes fit and the headroom is left."""
    with files(place):
        free = shutil.disk_usage(place).free
    if free < size + HEADROOM_BYTES:
        needed = (size + HEADROOM_BYTES) // 2**20
        raise IndexUnavailable(f"{_full(place)} ({free // 2**20} MB are left, {needed} needed)")


def checked_name(name: str) -> str:
    """The name itself; a ``ValueError`` unless it is one plain file name."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a generation: letters, digits and ._- only")
    return name


def read_current(folder: Path) -> str | None:
    """The name that ``CURRENT`` holds, ``None`` without one."""
    with files(folder):
        try:
            name = (folder / "CURRENT").read_text("ascii", "replace").strip()
        except FileNotFoundError:
            return None
    if not _NAME.fullmatch(name):
        raise IndexDamaged(f"{folder / 'CURRENT'} names no generation: delete it and {ADVICE}")
    return name


def write_current(folder: Path, name: str) -> None:
    """Let ``CURRENT`` name another generation, atomically and durably."""
    written = folder / "CURRENT.new"
    with written.open("w", encoding="ascii") as file:
        file.write(f"{name}\n")
        _to_disk(file)
    written.replace(folder / "CURRENT")
    _sync(folder)


def seal(generation: Path) -> None:
    """Force every file of a built generation to disk, then list them in ``COMPLETE``."""
    paths = sorted((generation / SHARD).rglob("*"))
    with ThreadPoolExecutor(_SYNCS) as pool:  # the disk joins syncs that wait together
        list(pool.map(_sync, (*paths, generation / SHARD)))
    (generation / READERS).touch()
    sizes = {
        path.relative_to(generation).as_posix(): path.stat().st_size
        for path in paths
        if path.is_file()
    }
    with (generation / _COMPLETE).open("w", encoding="utf-8") as file:
        json.dump(sizes, file)
        _to_disk(file)
    _sync(generation)


def promote(built: Path, generation: Path) -> None:
    """Move a sealed generation to where it is served from, atomically and durably."""
    generation.parent.mkdir(exist_ok=True)
    built.rename(generation)
    _sync(generation.parent)
    _sync(built.parent)


def verify(generation: Path) -> None:
    """Raise :class:`IndexDamaged` unless every file of a sealed generation has its size.

    The engine itself opens a shard that lacks whole files, without its points.
    """
    try:
        sizes = json.loads((generation / _COMPLETE).read_bytes())
        wrong = [path for path, size in sizes.items() if _size(generation / path) != size]
    except (ValueError, AttributeError) as error:
        raise IndexDamaged(f"{generation / _COMPLETE} is not readable: {ADVICE}") from error
    if wrong:
        raise IndexDamaged(f"{generation / wrong[0]} is missing or damaged: {ADVICE}")


def copy_shard(source: Path, target: Path) -> None:
    """Copy the engine's files; holes stay holes: they are 99 % of a small shard's length."""
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True)
        else:
            _copy_sparse(path, copy)


def disk_size(folder: Path) -> int:
    """Bytes that the files below a folder take on disk."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))


def _complaint(error: OSError, place: Path) -> str:
    if error.errno in _NO_ROOM:
        return _full(place)
    if isinstance(error, FileNotFoundError):
        return f"{error.filename or place} is missing: {ADVICE}"
    if error.errno in _NOT_OURS:
        return f"{error.filename or place} cannot be opened ({error.strerror}): {WRITABLE}"
    return f"{error.filename or place}: {error.strerror or error}"


def _full(place: Path) -> str:
    return f"the disk of {place} is full: free some space there and run `fixpoint ingest` again"


def _copy_sparse(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        size = writer.truncate(source.stat().st_size)
        for start, end in _extents(reader.fileno(), size):
            reader.seek(start)
            writer.seek(start)
            for position in range(start, end, _BLOCK_BYTES):
                writer.write(reader.read(min(_BLOCK_BYTES, end - position)))


def _extents(file: int, size: int) -> Iterator[tuple[int, int]]:
    """Where a file holds anything, as half-open intervals; the rest are holes."""
    end = 0
    while end < size:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # a hole up to the end
                return
            raise
        end = os.lseek(file, start, os.SEEK_HOLE)
        yield start, end


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _to_disk(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
