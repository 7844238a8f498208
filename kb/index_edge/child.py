"""An index that a child process writes: its memory and the interpreter's lock are not ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Pipe
from pathlib import Path
from threading import Lock
from typing import IO, Concatenate, ParamSpec, TypeVar, cast

from kb.errors import IndexUnavailable
from kb.index import AllOf, Lookup, Payload, Point, Ranked
from kb.index_edge.index import EdgeIndex

GRACE_S = 10.0
"""So long an idle child may take to end."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ChildIndex:
    """An :class:`EdgeIndex` in a child process; calls wait for their answers, one at a time.

    The child ends with this process, however that ends, even in the midst of a call.
    """

    def __init__(self, folder: Path, *, dimensions: int | None, lock: IO[str]) -> None:
        """Start the child: it loads the index or, given dimensions, creates it.

        It shares the writer's lock, so that nobody writes as long as it lives.
        """
        self._folder, self._turn = folder, Lock()
        self._calls, theirs = Pipe()
        with theirs:
            kept = (theirs.fileno(), lock.fileno())
            self._process = _started(folder, dimensions, kept)
        try:
            self._answer()
        except (EOFError, OSError) as error:
            raise self._ended() from error
        except BaseException:
            self.close()
            raise

    def ranked(self, lookup: Lookup) -> Ranked:
        """See :class:`kb.index.Index`, as for all but :meth:`finish`."""
        return self._call(EdgeIndex.ranked, lookup)

    def fetch(self, ids: Sequence[str], where: AllOf, fields: Sequence[str]) -> dict[str, Payload]:
        """See the protocol."""
        return self._call(EdgeIndex.fetch, ids, where, fields)

    def vectors(self, ids: Sequence[str]) -> list[Point]:
        """See the protocol."""
        return self._call(EdgeIndex.vectors, ids)

    def scroll(self, where: AllOf, fields: Sequence[str]) -> Iterator[tuple[str, Payload]]:
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

    def relabel(self, payloads: Mapping[str, Payload]) -> None:
        """See the protocol."""
        self._call(EdgeIndex.relabel, payloads)

    def delete(self, ids: Sequence[str]) -> None:
        """See the protocol."""
        self._call(EdgeIndex.delete, ids)

    def finish(self) -> float:
        """Make what was written durable and fast, and end; the recall in [0, 1] of the index."""
        recall = self._call(EdgeIndex.finish)
        self.close()
        return recall

    def close(self) -> None:
        """End the child; what was not finished is of no use. A second call does nothing."""
        self._calls.close()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _call(
        self,
        method: Callable[Concatenate[EdgeIndex, _P], _T],
        *arguments: _P.args,
        **options: _P.kwargs,
    ) -> _T:
        with self._turn:
            if self._calls.closed:
                raise IndexUnavailable(f"the index at {self._folder} is closed")
            try:
                self._calls.send((method, arguments, options))
                return cast(_T, self._answer())
            except (EOFError, OSError) as error:
                raise self._ended() from error

    def _answer(self) -> object:
        """What the child returns, or raised."""
        try:
            returned, answer = self._calls.recv()
        except BaseException:  # interrupted: the next call would get the answer to this one
            self._process.kill()
            raise
        if not returned:
            raise answer
        return cast(object, answer)

    def _ended(self) -> IndexUnavailable:
        self.close()
        return IndexUnavailable(
            f"the process that writes {self._folder} ended with status {self._process.returncode}:"
            " see that there is room in memory and on the disk, and run `fixpoint ingest` again;"
            " what is served stays as it is"
        )


def _started(folder: Path, dimensions: int | None, kept: Sequence[int]) -> subprocess.Popen[bytes]:
    """The child, with its end of the connection as the first of the files that it keeps."""
    created = () if dimensions is None else (str(dimensions),)
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "kb.index_edge", str(kept[0]), str(folder), *created],
        stdin=subprocess.PIPE,  # nothing is written: it only tells when this end is gone
        pass_fds=kept,
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONSAFEPATH": "1",
            "MALLOC_ARENA_MAX": "1",  # the engine's many threads would take 60 MB more
        },
    )
