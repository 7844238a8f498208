"""Writes that wait, and whose turn it is to do them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, get_ident
from typing import Any

from sqlalchemy import Connection

AT_ONCE = 64
"""At most so many waiting writes share one commit."""
PATIENCE_S = 2.0
"""So long a write that is not durable waits for others to end, and once more for its own to.

Forty threads that search at once on two busy cores wait for up to 0.5 s, without any fault."""


@dataclass(eq=False, slots=True)
class Job:
    """A write that waits, and what came of it."""

    work: Callable[[Connection], Any]
    durable: bool
    done: bool = False
    result: Any = None
    error: BaseException | None = None
    told: SimpleQueue[None] = field(default_factory=SimpleQueue)
    """Something came of it, or it is its thread's turn."""

    def ended(self, *, result: object = None, error: BaseException | None = None) -> None:
        """Keep what came of it, and wake who waits."""
        self.result, self.error, self.done = result, error, True
        self.told.put(None)


class Turns:
    """Whoever comes to write does what others wait for in the same transaction.

    No thread of its own is woken for it, which would cost more than the write (0.27 of 0.59 ms at
    the median). Who does not write sleeps until its own write is done, or until it is called to do
    the next ones: waking all at the end of each turn would keep them all from writing.
    """

    def __init__(self, commit: Callable[[Sequence[Job]], None]) -> None:
        """Take what does some writes at once; it ends each of them, whatever happens."""
        self._commit = commit
        self._waiting: deque[Job] = deque()
        self._turn, self._writing = Lock(), 0

    def __len__(self) -> int:
        """Writes that wait."""
        return len(self._waiting)

    def wait(self, job: Job) -> bool:
        """Return when a job is done, by this thread or another; ``False`` = it was given up.

        A durable one is never given up. Another is when nobody began it for :data:`PATIENCE_S`, or
        when it did not end in as long again: then it may still be done.
        """
        if self._writing == get_ident():
            raise RuntimeError("a write inside a write would wait for itself")
        self._waiting.append(job)
        while not (job.done or self._led(job)):
            if not self._called(job):
                return False
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Do all that waits; nobody writes meanwhile."""
        with self._turn:
            while jobs := self._next(durable=True):
                self._commit(jobs)
            yield
        self._call()

    def _led(self, job: Job) -> bool:
        """Take the turn if it is free, until this job is done; whether it was."""
        if not self._turn.acquire(blocking=False):
            return False
        self._writing = get_ident()
        try:
            while not job.done:
                self._commit(self._next(durable=job.durable))
        finally:
            self._writing = 0
            self._turn.release()
            self._call()
        return True

    def _call(self) -> None:
        """Let the first that waits take the turn, or whoever comes before it."""
        if self._waiting:
            with suppress(IndexError):  # another may have just taken it
                self._waiting[0].told.put(None)

    def _called(self, job: Job) -> bool:
        """Sleep until the job is done or may take its turn; ``False`` = that took too long."""
        for _ in range(2):
            with suppress(Empty):
                job.told.get(timeout=None if job.durable else PATIENCE_S)
                return True
            if self._taken(job):
                self._call()
                return False
        return job.done

    def _next(self, *, durable: bool) -> list[Job]:
        """Some that wait; beside one that is not durable only such, or it would wait for a disk."""
        fitting = [job for job in self._waiting.copy() if durable or not job.durable]
        return [job for job in fitting[:AT_ONCE] if self._taken(job)]

    def _taken(self, job: Job) -> bool:
        """Whether a job still waited; it does no longer."""
        try:
            self._waiting.remove(job)
        except ValueError:
            return False
        return True
