"""An index that a child process writes: its memory and the interpreter's lock are not ours."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing.connection import Pipe
from pathlib import Path
from threading import RLock
from typing import IO, Concatenate, ParamSpec, TypeVar, cast

from kb.errors import IndexUnavailable
from kb.index import AllOf, Lookup, Payload, Point, Ranked
from kb.index_edge import folders
from kb.index_edge.index import EdgeIndex

GRACE_S = 10.0
"""So long an idle child may take to end: a hundred times what it takes."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Start(StrEnum):
    """What a folder holds when its child process starts: an argument of that."""

    EMPTY = "empty"
    COPIED = "copied"
    """An index that is to be changed."""


class ChildIndex:
    """An :class:`EdgeIndex` in a child process; calls wait for their answers, one at a time.

    The child ends with this process, however that ends: on Linux even in the midst of a call,
    elsewhere after it.
    """

    def __init__(self, folder: Path, *, dimensions: int, start: Start, lock: IO[str]) -> None:
        """Start the child: it loads the index that was copied to the folder, or creates one.

        It shares the writer's lock, so that nobody else writes as long as it lives.
        """
        self._folder, self._dimensions, self._turn = folder, dimensions, RLock()
        self._death: IndexUnavailable | None = None
        self._calls, theirs = Pipe()
        with theirs, folders.files(folder):
            arguments = [str(folder), str(dimensions), start.value]
            self._process = _started(arguments, theirs.fileno(), lock.fileno())
        try:
            self._answer()
        except BaseException:
            self.close()
            raise

    def ranked(self, lookup: Lookup) -> Ranked:
        """See :class:`kb.index.Index`, as for all but :meth:`finish`."""
        return self._call(EdgeIndex.ranked, lookup)

    def fetch(
        self, ids: Sequence[int], where: AllOf, fields: Sequence[str] | None
    ) -> dict[int, Payload]:
        """See the protocol."""
        return self._call(EdgeIndex.fetch, ids, where, fields)

    def vectors(self, ids: Sequence[int]) -> list[Point]:
        """See the protocol."""
        return self._call(EdgeIndex.vectors, ids)

    def scroll(self, where: AllOf, fields: Sequence[str]) -> Iterator[tuple[int, Payload]]:
        """See the protocol; all pages come at once."""
        return iter(self._call(EdgeIndex.scroll, where, fields))

    def count(self, where: AllOf) -> int:
        """See the protocol."""
        return self._call(EdgeIndex.count, where)

    def facet(self, key: str, where: AllOf) -> dict[str, int]:
        """See the protocol."""
        return self._call(EdgeIndex.facet, key, where)

    def upsert(self, points: Sequence[Point]) -> None:
        """See the protocol."""
        self._call(EdgeIndex.upsert, points)

    def relabel(self, payloads: Mapping[int, Payload]) -> None:
        """See the protocol."""
        self._call(EdgeIndex.relabel, payloads)

    def delete(self, ids: Sequence[int]) -> None:
        """See the protocol."""
        self._call(EdgeIndex.delete, ids)

    def finish(self) -> float:
        """Make what was written durable and fast, and end; the recall in [0, 1] of the index."""
        recall = self._call(EdgeIndex.finish, self._dimensions)
        self.close()
        return recall

    def close(self) -> None:
        """End the child; what was not finished is of no use. A second call does nothing."""
        if not self._turn.acquire(blocking=False):
            self._process.kill()  # another thread waits for an answer: it gets an error
            self._turn.acquire()
        try:
            self._end()
        finally:
            self._turn.release()

    def _call(
        self, method: Callable[Concatenate[EdgeIndex, _P], _T], *arguments: _P.args, **_: _P.kwargs
    ) -> _T:
        with self._turn:
            if self._calls.closed:
                raise self._death or IndexUnavailable(f"the index at {self._folder} is closed")
            with self._talking():
                self._calls.send((method, arguments))
            return cast(_T, self._answer())

    def _answer(self) -> object:
        """What the child returns, or raised."""
        with self._talking():
            returned, answer = self._calls.recv()
        if not returned:
            raise answer
        return cast(object, answer)

    @contextmanager
    def _talking(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            self._end()
            self._death = self._ended()
            raise self._death from error
        except BaseException:  # interrupted: the next call would get the answer to this one
            self._process.kill()
            raise

    def _end(self) -> None:
        self._calls.close()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _ended(self) -> IndexUnavailable:
        return IndexUnavailable(
            f"the process that writes {self._folder} ended with status {self._process.returncode}:"
            " see that there is room in memory and on the disk, and run `fixpoint ingest` again;"
            " what is served stays as it is"
        )


def _started(arguments: Sequence[str], connection: int, lock: int) -> subprocess.Popen[bytes]:
    with _kept(connection) as kept_connection, _kept(lock) as kept_lock:
        return subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "kb.index_edge", str(kept_connection), *arguments],
            stdin=subprocess.PIPE,  # nothing is written: it only tells when this end is gone
            pass_fds=(kept_connection, kept_lock),
            process_group=0,  # what the terminal sends is for this process to handle
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONSAFEPATH": "1",
                "MALLOC_ARENA_MAX": "1",  # the engine's many threads would take 60 MB more
            },
        )


@contextmanager
def _kept(handle: int) -> Iterator[int]:
    """The same open file where no standard stream of the child takes its place."""
    kept = fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, 3)
    try:
        yield kept
    finally:
        os.close(kept)
