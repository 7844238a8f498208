"""Locks between processes on one disk; each ends with the processes that hold it open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import portalocker

from kb.errors import IndexBusy, IndexUnavailable
from kb.index_edge.folders import READERS, files, make

ORPHAN_S = 5.0
"""So long a writer waits for the child of a killed one to end: on Linux that takes milliseconds,
elsewhere as long as the engine's call."""


@contextmanager
def writer_lock(folder: Path) -> Iterator[IO[str]]:
    """Hold the folder for one writer; raise :class:`IndexBusy` if a process has it.

    Whoever inherits the open file holds the folder too.
    """
    advice = (
        f"(or its child) is writing to {folder}: wait until it ends, or stop it"
        " (its lock ends with it)"
    )
    with _exclusive(folder / "LOCK", advice, patience_s=ORPHAN_S) as lock:
        yield lock


@contextmanager
def serving_lock(folder: Path) -> Iterator[None]:
    """Hold the folder for one serving process; raise :class:`IndexBusy` if another serves it."""
    advice = (
        f"serves {folder} already: stop it first, or run a Qdrant server and set "
        "FIXPOINT_QDRANT_URL to serve from several processes"
    )
    with _exclusive(folder / "SERVING", advice):
        yield


@contextmanager
def _exclusive(path: Path, advice: str, *, patience_s: float = 0) -> Iterator[IO[str]]:
    make(path.parent)
    with files(path.parent):
        lock = path.open("a+", encoding="ascii")
    until = monotonic() + patience_s
    with lock:
        while not _locked(lock, portalocker.LockFlags.EXCLUSIVE):
            lock.seek(0)
            holder = lock.read().strip()
            if _runs(holder) or monotonic() > until:
                raise IndexBusy(f"process {holder or 'unknown'} {advice}")
            sleep(0.02)
        with files(path.parent):
            # Unbuffered: what a full disk refuses would be refused again when the file is closed.
            os.ftruncate(lock.fileno(), 0)
            os.write(lock.fileno(), f"{os.getpid()}\n".encode())
        yield lock


def _runs(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        pass
    return True


def reader_lock(generation: Path) -> IO[bytes]:
    """An open file that keeps a generation from being removed until it is closed."""
    lock = (generation / READERS).open("rb")
    if not _locked(lock, portalocker.LockFlags.SHARED):
        lock.close()
        raise IndexUnavailable(f"{generation} is being removed: open the served generation")
    return lock


def remove_unread(generation: Path, aside: Path) -> bool:
    """Remove a generation unless someone reads it; ``aside`` is where it dies, out of sight.

    Its removal is one rename: a killed process leaves it whole or gone.
    """
    with (generation / READERS).open("ab") as lock:
        if not _locked(lock, portalocker.LockFlags.EXCLUSIVE):
            return False
        aside.parent.mkdir(exist_ok=True)
        generation.rename(aside)
    shutil.rmtree(aside)
    return True


def _locked(file: IO[bytes] | IO[str], kind: portalocker.LockFlags) -> bool:
    try:
        portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.AlreadyLocked:
        return False
    return True
