"""A casebook's URL -> connections that behave alike in SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from kb.errors import CasebookUnavailable

_LIMITS = {"connect_timeout": "10", "tcp_user_timeout": "10000"}
"""So long PostgreSQL may take to accept a connection (s), and to acknowledge what was sent (ms),
unless the URL says otherwise."""
POOL = 20
"""Connections of one use at a time; another waits."""


@dataclass(frozen=True, slots=True)
class Use:
    """What connections are for, in the words of either database."""

    sqlite_begin: Literal["DEFERRED", "IMMEDIATE"]
    sqlite_synchronous: Literal["FULL", "NORMAL"]
    postgresql_isolation: Literal["READ COMMITTED", "REPEATABLE READ"]
    postgresql_synchronous: Literal["on", "off"]
    wait_s: float
    """So long a statement waits for another process that writes; 0 = as long as it takes."""


READING = Use("DEFERRED", "FULL", "REPEATABLE READ", "on", 0)
"""One transaction sees one moment."""
DURABLE = Use("IMMEDIATE", "FULL", "READ COMMITTED", "on", 10)
"""A commit is on the disk when it returns."""
QUICK = Use("IMMEDIATE", "NORMAL", "READ COMMITTED", "off", 0.5)
"""A commit outlives the process when it returns, and the machine a moment later."""


def checked(url: str) -> URL:
    """The parsed URL; raises :class:`CasebookUnavailable`, which never shows its password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("none")
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise CasebookUnavailable(
        "FIXPOINT_CASEBOOK_URL is not understood: "
        "use sqlite:///path/to/casebook.sqlite or postgresql://user:password@host/name"
    )


def in_folder(state: Path) -> str:
    """The URL of a casebook in a state folder."""
    return f"sqlite:///{state / 'casebook.sqlite'}"


def make_folder(state: Path) -> None:
    """Make a state folder; raises :class:`CasebookUnavailable` where that cannot be."""
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CasebookUnavailable(
            f"no folder {state} can be made for the casebook ({error.strerror}): set "
            "FIXPOINT_STATE to a folder where this user may write"
        ) from error


def need_file(url: str) -> None:
    """Raise :class:`CasebookUnavailable` where an SQLite casebook is not made yet."""
    path = _file(checked(url))
    if path is not None and _is_missing(path):
        raise CasebookUnavailable(
            f"no casebook at {path}: set FIXPOINT_STATE or FIXPOINT_CASEBOOK_URL as the service "
            "has it; `fixpoint serve` makes one when it first runs, as does `fixpoint key create`"
        )


def prepare(url: URL) -> None:
    """Make the file of an SQLite casebook that only its owner may read; its folder must be there.

    Raises :class:`CasebookUnavailable` without it, or an ``OSError``.
    """
    if (path := _file(url)) is not None:
        if not path.parent.exists():
            raise CasebookUnavailable(
                f"no folder {path.parent} for the casebook: create it, or mend "
                "FIXPOINT_CASEBOOK_URL"
            )
        # SQLite gives its write-ahead log the mode of the file.
        path.touch(mode=0o600)


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # opening it says why
    return False


def _file(url: URL) -> Path | None:
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def connections(url: URL, use: Use) -> Engine:
    """A pool of connections for one use."""
    sqlite = url.get_backend_name() == "sqlite"
    engine = _sqlite(url, use) if sqlite else _postgresql(url, use)
    settings = _sqlite_settings(use) if sqlite else _postgresql_settings(use)

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for each in settings:
            cursor.execute(each)
        cursor.close()
        connection.commit()

    return engine


def _sqlite(url: URL, use: Use) -> Engine:
    """With transactions of ours: the driver would begin them late, and never for a read."""
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=POOL,
        max_overflow=0,
        connect_args={"isolation_level": None},
    )
    begin = f"BEGIN {use.sqlite_begin}"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _sqlite_settings(use: Use) -> list[str]:
    return [
        f"PRAGMA busy_timeout = {(use.wait_s or DURABLE.wait_s) * 1000:.0f}",
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {use.sqlite_synchronous}",
        # What is erased must not stay readable in the file's free pages.
        "PRAGMA secure_delete = ON",
    ]


def _postgresql(url: URL, use: Use) -> Engine:
    return create_engine(
        url.set(query={**_LIMITS, **url.query}),
        pool_size=POOL,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level=use.postgresql_isolation,
    )


def _postgresql_settings(use: Use) -> list[str]:
    wait_ms = f"{use.wait_s * 1000:.0f}"
    return [
        f"SET synchronous_commit TO {use.postgresql_synchronous}",
        f"SET lock_timeout TO {wait_ms}",
        f"SET statement_timeout TO {wait_ms}",
    ]
