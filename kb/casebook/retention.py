"""Texts that customers typed are kept for a time only; what was counted stays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    delete,
    or_,
    select,
    update,
)

from kb.casebook.acts import AuditLog, Deed
from kb.casebook.database import Database
from kb.casebook.tables import acts, entries, replies, searches, sessions
from kb.errors import KbError

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
SLICE = 500
"""Rows that lose their texts in one transaction: others write in between."""
SERVICE = "fixpoint"
"""Actor of what the service does by itself, for the audit log."""


@dataclass(frozen=True, slots=True)
class Retired:
    """How many rows lost their texts, or were deleted, because of their age."""

    searches: int
    entries: int
    replies: int
    sessions: int

    @property
    def texts(self) -> int:
        """Searches and entries that lost a text."""
        return self.searches + self.entries


def retire(
    database: Database,
    *,
    keep: timedelta,
    now: datetime,
    by: str,
    stopped: Callable[[], bool] = lambda: False,
) -> Retired:
    """Forget what was typed longer ago than that, replies older than a day, expired sessions.

    So are addresses from which nobody could sign in then. Once ``stopped``, texts that are left
    wait for the next time. The audit log tells what lost its text, and who asked: ``by``.
    """
    old = now - keep
    _forget_addresses(database, acts.c.at < old)
    retired = Retired(
        searches=_blank(database, searches, typed(searches.c.at < old), stopped),
        entries=_blank(database, entries, typed_of(entries.c.at < old), stopped),
        replies=_deleted(database, replies, replies.c.at < now - DAY),
        sessions=_deleted(database, sessions, sessions.c.expires_at < now),
    )
    if retired.texts:
        counted = {"searches": str(retired.searches), "entries": str(retired.entries)}
        AuditLog(database).append(now, by, Deed.TEXTS_RETIRED, "", counted)
    return retired


@contextmanager
def retiring(database: Database, *, keep: timedelta) -> Iterator[None]:
    """Retire now and once a day, in a thread, until left."""
    stopped = Event()
    thread = Thread(target=_daily, args=(database, keep, stopped), name="retention", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _daily(database: Database, keep: timedelta, stopped: Event) -> None:
    while True:
        try:
            now = datetime.now(UTC)
            retired = retire(database, keep=keep, now=now, by=SERVICE, stopped=stopped.is_set)
            logger.log(
                logging.INFO if retired.texts else logging.DEBUG,
                "retired texts of %d searches and %d entries",
                retired.searches,
                retired.entries,
            )
        except KbError as error:
            logger.warning("texts that are too old stay until tomorrow: %s", error)
        if stopped.wait(DAY.total_seconds()):
            return


def typed(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those searches that have a text."""
    return and_(chosen, searches.c.symptom.is_not(None))


def typed_of(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those entries that have a text."""
    return and_(chosen, or_(entries.c.note != "", entries.c.symptom.is_not(None)))


def _forget_addresses(database: Database, old: ColumnElement[bool]) -> None:
    """Take the addresses of failed attempts to sign in out of the audit log."""
    failed = and_(old, acts.c.act == Deed.SIGN_IN_FAILED.value)

    def forgotten(connection: Connection) -> None:
        for number, details in connection.execute(
            select(acts.c.number, acts.c.details).where(failed)
        ).all():
            if "address" in details:
                left = {name: value for name, value in details.items() if name != "address"}
                connection.execute(update(acts).filter_by(number=number).values(details=left))

    database.write(forgotten)


def _blank(
    database: Database, table: Table, chosen: ColumnElement[bool], stopped: Callable[[], bool]
) -> int:
    """Blank rows slice by slice until stopped; the search for them keeps no writer waiting."""
    key = _key(table)
    ids = database.read(lambda connection: connection.scalars(select(key).where(chosen)).all())
    count = 0
    for start in range(0, len(ids), SLICE):
        if stopped():
            break
        some = key.in_(ids[start : start + SLICE])
        count += database.write(partial(blanked, table=table, chosen=some))
    database.checkpoint()
    return count


def blanked(connection: Connection, *, table: Table, chosen: ColumnElement[bool]) -> int:
    """Take the texts out of the chosen searches or entries; how many."""
    texts: dict[str, object] = {"symptom": None}
    if table is entries:
        # Without a note of its own, a correction would have that of what it corrects.
        texts["note"] = case((and_(_CORRECTION, entries.c.note.is_not(None)), ""), else_=None)
    # Python's sqlite3 counts no rows of an update that begins with a CTE, before 3.12.
    done = update(table).where(chosen).values(texts).returning(_key(table))
    return len(connection.execute(done).all())


def _deleted(database: Database, table: Table, chosen: ColumnElement[bool]) -> int:
    return database.write(
        lambda connection: connection.execute(delete(table).where(chosen)).rowcount
    )


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key))


_CORRECTION = entries.c.target.is_not(None)
