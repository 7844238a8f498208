"""The database behind the casebook: SQLite in a file, or PostgreSQL by URL; one writer thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)

from kb.casebook.connections import DURABLE, QUICK, READING, checked, connections, prepare
from kb.casebook.versions import migrated
from kb.errors import CasebookUnavailable

AT_ONCE = 64
"""At most so many waiting writes share one commit."""
TRIES = 5
"""So often a write is tried that meets another service's."""

_T = TypeVar("_T")
Work = Callable[[Connection], _T]
"""What is done inside one transaction; it may be done again, so it changes nothing else."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any]
    durable: bool
    done: Future[Any] = field(default_factory=Future)


class Database:
    """Open connections. Any thread may read and write; writes go through one thread, in order."""

    def __init__(self, url: str) -> None:
        """Connect, and bring the tables up to date.

        ``url`` is ``sqlite:///<path>`` or ``postgresql://…``. Raises :class:`CasebookUnavailable`.
        """
        self._url = checked(url)
        self._readers, self._durable, self._quick = (
            connections(self._url, use) for use in (READING, DURABLE, QUICK)
        )
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._open = Lock()
        self._thread: Thread | None = None
        try:
            with self._failures():
                prepare(self._url)
                migrated(self._durable)
        except BaseException:
            self.close()
            raise
        self._thread = Thread(target=self._work, name="casebook", daemon=True)
        self._thread.start()

    @property
    def place(self) -> str:
        """Where it is, for messages: a URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def lag(self) -> int:
        """Writes that wait."""
        return self._waiting.qsize()

    def read(self, work: Work[_T]) -> _T:
        """Look something up: all of it as it was at one moment."""
        with self._failures(), self._readers.connect() as connection:
            return work(connection)

    def write(self, work: Work[_T], *, durable: bool = True) -> _T:
        """Change something, wholly or not at all, and wait until it is committed.

        What is not ``durable`` may be lost when the machine fails, not when this process does.
        """
        job = _Job(work, durable)
        with self._open:
            if self._thread is None:
                raise CasebookUnavailable(f"the casebook at {self.place} is closed")
            self._waiting.put(job)
        with self._failures():
            done: _T = job.done.result()
        return done

    def checkpoint(self) -> None:
        """Leave nothing that was erased in SQLite's write-ahead log; readers may delay that."""
        if self._url.get_backend_name() == "sqlite":
            with self._failures(), closing(self._durable.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Finish what waits, then disconnect; a second call does nothing."""
        with self._open:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join()
        for engine in (self._readers, self._durable, self._quick):
            engine.dispose()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            jobs = [first, *self._others()]
            ended = jobs[-1] is None
            self._commit([job for job in jobs if job is not None])
            if ended:
                return

    def _others(self) -> Iterator[_Job | None]:
        for _ in range(AT_ONCE - 1):
            try:
                job = self._waiting.get_nowait()
            except Empty:
                return
            yield job
            if job is None:
                return

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            results = self._transaction(jobs)
        except Exception as error:  # noqa: BLE001 - it is raised where the write was asked for
            again = _is_conflict(error) or (len(jobs) > 1 and not _is_outage(error))
            for job in jobs:
                self._alone(job) if again else job.done.set_exception(error)
        else:
            for job, result in zip(jobs, results, strict=True):
                job.done.set_result(result)

    def _alone(self, job: _Job, tries: int = TRIES) -> None:
        """Do again what another service, or another's failure, came between."""
        try:
            job.done.set_result(*self._transaction([job]))
        except Exception as error:  # noqa: BLE001 - see above
            if tries > 1 and _is_conflict(error):
                self._alone(job, tries - 1)
            else:
                job.done.set_exception(error)

    def _transaction(self, jobs: list[_Job]) -> list[object]:
        engine = self._durable if any(job.durable for job in jobs) else self._quick
        with engine.begin() as connection:
            return [job.work(connection) for job in jobs]

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error)
            # PostgreSQL's further lines quote the row: what customers typed.
            first = next(iter(reason.strip().splitlines()), type(error).__name__)
            raise CasebookUnavailable(
                f"the casebook at {self.place} failed ({first}): see that it can be "
                "reached and that its disk has room; nothing that was acknowledged is lost"
            ) from error


def _is_outage(error: Exception) -> bool:
    """Whether another try would wait as long, or do again what was done before the line broke."""
    return isinstance(error, (OperationalError, InterfaceError))


def _is_conflict(error: Exception) -> bool:
    """Whether two services wrote the same at once: the later one then sees what the other wrote."""
    sqlstate = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return isinstance(error, IntegrityError) or sqlstate in {"40001", "40P01"}
