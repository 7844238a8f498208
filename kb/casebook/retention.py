"""Texts that customers typed are kept for a time only; what was counted stays."""

from __future__ import annotations

import logging
from collections.abc import Iterator
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
    delete,
    or_,
    select,
    update,
)

from kb.casebook.database import Database
from kb.casebook.tables import cases, entries, replies, searches, sessions
from kb.cases import CaseId
from kb.errors import KbError

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
SLICE = 500
"""Rows that lose their texts in one transaction: others write in between."""


@dataclass(frozen=True, slots=True)
class Retired:
    """How many rows lost their texts, or were deleted, because of their age."""

    searches: int
    entries: int
    replies: int
    sessions: int


def erase_case(database: Database, case: CaseId) -> int:
    """Forget what was typed for a case; how many searches and entries that concerned."""
    seen = select(entries.c.search_id).where(
        entries.c.case_id == case, entries.c.search_id.is_not(None)
    )
    of_case = or_(searches.c.case_id == case, searches.c.id.in_(seen))
    return _erase(database, of_case, entries.c.case_id == case)


def erase_actor(database: Database, actor: str) -> int:
    """Forget what an actor typed, what was typed for its cases, and what others took over of it.

    How many searches and entries that concerned.
    """
    own = select(cases.c.id).where(cases.c.actor == actor)
    seen = select(entries.c.search_id).where(
        entries.c.case_id.in_(own), entries.c.search_id.is_not(None)
    )
    said = select(entries.c.id).where(entries.c.actor == actor).cte(recursive=True)
    later = entries.alias()
    said = said.union(select(later.c.id).join(said, later.c.target == said.c.id))
    return _erase(
        database,
        or_(searches.c.actor == actor, searches.c.case_id.in_(own), searches.c.id.in_(seen)),
        or_(
            entries.c.actor == actor,
            entries.c.case_id.in_(own),
            entries.c.id.in_(select(said.c.id)),
        ),
    )


def retire(database: Database, *, keep: timedelta, now: datetime) -> Retired:
    """Forget what was typed longer ago than that, replies older than a day, expired sessions."""
    old = now - keep
    with_text = or_(entries.c.note.is_not(None), entries.c.symptom.is_not(None))
    return Retired(
        searches=_blank(
            database, searches, (searches.c.at < old) & searches.c.symptom.is_not(None)
        ),
        entries=_blank(database, entries, (entries.c.at < old) & with_text),
        replies=_deleted(database, replies, replies.c.at < now - DAY),
        sessions=_deleted(database, sessions, sessions.c.expires_at < now),
    )


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
            retired = retire(database, keep=keep, now=datetime.now(UTC))
            logger.info(
                "retired texts of %d searches and %d entries", retired.searches, retired.entries
            )
        except KbError as error:
            logger.warning("texts that are too old stay until tomorrow: %s", error)
        if stopped.wait(DAY.total_seconds()):
            return


def _erase(database: Database, asked: ColumnElement[bool], said: ColumnElement[bool]) -> int:
    with_text = or_(entries.c.note.is_not(None), entries.c.symptom.is_not(None))

    def erased(connection: Connection) -> int:
        seen = _blanked(connection, table=searches, chosen=asked & searches.c.symptom.is_not(None))
        return seen + _blanked(connection, table=entries, chosen=said & with_text)

    count = database.write(erased)
    database.checkpoint()
    return count


def _blank(database: Database, table: Table, chosen: ColumnElement[bool]) -> int:
    """Blank rows slice by slice; the search for them keeps no writer waiting."""
    key = _key(table)
    ids = database.read(lambda connection: connection.scalars(select(key).where(chosen)).all())
    for start in range(0, len(ids), SLICE):
        some = key.in_(ids[start : start + SLICE])
        database.write(partial(_blanked, table=table, chosen=some))
    database.checkpoint()
    return len(ids)


def _blanked(connection: Connection, *, table: Table, chosen: ColumnElement[bool]) -> int:
    texts = {name: None for name in ("symptom", "note") if name in table.c}
    # Python's sqlite3 counts no rows of an update that begins with a CTE, before 3.12.
    blanked = update(table).where(chosen).values(texts).returning(_key(table))
    return len(connection.execute(blanked).all())


def _deleted(database: Database, table: Table, chosen: ColumnElement[bool]) -> int:
    return database.write(
        lambda connection: connection.execute(delete(table).where(chosen)).rowcount
    )


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key))
