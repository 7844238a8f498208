"""The database behind the casebook, SQLite or PostgreSQL by URL: one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)

from kb.casebook.connections import DURABLE, QUICK, READING, checked, connections, prepare
from kb.casebook.failures import complaint
from kb.casebook.turns import Job, Turns
from kb.casebook.versions import migrated
from kb.errors import CasebookUnavailable

TRIES = 5
"""So often a write is tried that meets another service's."""

_T = TypeVar("_T")
Work = Callable[[Connection], _T]
"""What is done inside one transaction; it may be done again, so it changes nothing else."""


class Database:
    """Open connections. Any thread may read and write; writes come one after the other.

    Writes that come at once share a transaction. One that is not durable is not worth waiting for:
    it fails after a moment (:data:`kb.casebook.turns.PATIENCE_S`).
    """

    def __init__(self, url: str) -> None:
        """Connect, and bring the tables up to date.

        ``url`` is ``sqlite:///<path>`` or ``postgresql://…``; a file is made in a folder that is
        there. Raises :class:`CasebookUnavailable`.
        """
        self._url = checked(url)
        self._readers, self._durable, self._quick = (
            connections(self._url, use) for use in (READING, DURABLE, QUICK)
        )
        self._turns, self._closed = Turns(self._commit), False
        self._kept: dict[Engine, Connection] = {}
        try:
            with self._failures():
                prepare(self._url)
                migrated(self._durable)
        except BaseException:
            self.close()
            raise

    @property
    def place(self) -> str:
        """Where it is, for messages: a URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def lag(self) -> int:
        """Writes that wait."""
        return len(self._turns)

    def read(self, work: Work[_T]) -> _T:
        """Look something up: all of it as it was at one moment."""
        with self._failures(), self._readers.connect() as connection:
            return work(connection)

    def write(self, work: Work[_T], *, durable: bool = True) -> _T:
        """Change something, wholly or not at all, and wait until it is committed.

        What is not ``durable`` may be lost when the machine fails, not when this process does; it
        fails soon when the database is slow. Never to be called from inside ``work``.
        """
        job = Job(work, durable)
        if not self._turns.wait(job):
            raise CasebookUnavailable(
                f"the casebook at {self.place} is busy: others write, or lock it"
            )
        with self._failures():
            if job.error is not None:
                raise job.error
        done: _T = job.result
        return done

    def checkpoint(self) -> bool:
        """Leave nothing that was erased in SQLite's write-ahead log; whether that was possible.

        Somebody who reads for longer than a moment keeps it from being emptied.
        """
        if self._url.get_backend_name() != "sqlite":
            return True
        with self._failures(), closing(self._quick.raw_connection()) as connection:
            ((busy, *_),) = (
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            )
        return not busy

    def close(self) -> None:
        """Finish what waits, then disconnect; a second call does nothing."""
        with self._turns.alone():
            self._closed = True
            while self._kept:
                self._kept.popitem()[1].close()
        for engine in (self._readers, self._durable, self._quick):
            engine.dispose()

    def _commit(self, jobs: Sequence[Job]) -> None:
        """Do these in one transaction, or each alone; whatever happens, they are done then."""
        try:
            results = self._transaction(jobs)
        except Exception as error:  # noqa: BLE001 - it is raised where the write was asked for
            again = _is_conflict(error) or (len(jobs) > 1 and not _is_outage(error))
            for job in jobs:
                self._alone(job) if again else job.ended(error=error)
        else:
            for job, result in zip(jobs, results, strict=True):
                job.ended(result=result)
        finally:
            for job in jobs:
                if not job.done:
                    job.ended(error=CasebookUnavailable(f"a write to {self.place} was interrupted"))

    def _alone(self, job: Job) -> None:
        """Do again what another service, or another's failure, came between."""
        for left in reversed(range(TRIES)):
            try:
                job.ended(result=self._transaction([job])[0])
            except Exception as error:  # noqa: BLE001 - see above
                if left and _is_conflict(error):
                    continue
                job.ended(error=error)
            break

    def _transaction(self, jobs: Sequence[Job]) -> list[object]:
        if self._closed:
            raise CasebookUnavailable(f"the casebook at {self.place} is closed")
        engine = self._durable if any(job.durable for job in jobs) else self._quick
        with self._writer(engine) as connection, connection.begin():
            return [job.work(connection) for job in jobs]

    @contextmanager
    def _writer(self, engine: Engine) -> Iterator[Connection]:
        """A connection; SQLite's stays open, for taking it from the pool costs as much as writing.

        One to a server may have died since, which only the pool finds out.
        """
        if self._url.get_backend_name() != "sqlite":
            with engine.connect() as connection:
                yield connection
            return
        if engine not in self._kept:
            self._kept[engine] = engine.connect()
        yield self._kept[engine]

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise CasebookUnavailable(complaint(error, self.place)) from error


def _is_outage(error: Exception) -> bool:
    """Whether another try would wait as long, or do again what was done before the line broke."""
    return isinstance(error, (OperationalError, InterfaceError))


def _is_conflict(error: Exception) -> bool:
    """Whether two services wrote the same at once: the later one then sees what the other wrote."""
    sqlstate = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return isinstance(error, IntegrityError) or sqlstate in {"40001", "40P01"}
