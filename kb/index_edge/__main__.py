"""The child's side, which writes one index.

``python -m kb.index_edge HANDLE FOLDER DIMENSIONS START``
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from kb.errors import KbError
from kb.index_edge.child import Start
from kb.index_edge.index import EdgeIndex, copied, created


def opening(start: str) -> Callable[..., EdgeIndex]:
    """What opens the index by the value of a :class:`Start`; ``ValueError`` for another word."""
    return {Start.EMPTY: created, Start.COPIED: copied}[Start(start)]


def end_with_parent() -> None:
    """Let the kernel end this process when the other end of its standard input is gone.

    By a signal, since the engine lets no thread of ours run during a call; the parent's death
    signal would do only for the thread that started us. Linux alone can choose which signal.
    """
    if sys.platform == "linux":
        fcntl.fcntl(sys.stdin, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(sys.stdin, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(sys.stdin, fcntl.F_GETFL)
    fcntl.fcntl(sys.stdin, fcntl.F_SETFL, flags | os.O_ASYNC)


def serve(
    calls: Connection, folder: Path, open_index: Callable[..., EdgeIndex], dimensions: int
) -> None:
    """Open the index, then answer calls; ``EOFError`` or ``OSError`` once the other end is gone."""
    try:
        opened = open_index(folder, dimensions=dimensions)
    except KbError as error:
        calls.send((False, error))
        return
    with closing(opened) as index:
        calls.send((True, None))
        while True:
            method, arguments = calls.recv()
            calls.send(answer(index, method, arguments))


def answer(
    index: EdgeIndex, method: Callable[..., object], arguments: tuple[object, ...]
) -> tuple[bool, object]:
    """Whether a call returned, and what it returned or raised."""
    try:
        returned = method(index, *arguments)
        return True, list(returned) if isinstance(returned, Iterator) else returned
    except Exception as error:  # noqa: BLE001 - raised where the call was made
        if not isinstance(error, KbError):
            error.add_note(traceback.format_exc())
        return False, error


if __name__ == "__main__":
    handle, place, dimensions, start = sys.argv[1:]
    end_with_parent()
    with suppress(EOFError, OSError), Connection(int(handle)) as calls:
        serve(calls, Path(place), opening(start), int(dimensions))
