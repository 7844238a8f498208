"""Texts that somebody asked us to forget; the audit log tells, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, or_, select, union

from kb.casebook.acts import Act, Deed, written
from kb.casebook.chains import corrections
from kb.casebook.database import Database
from kb.casebook.numbers import as_ours, only, owner_of
from kb.casebook.retention import blanked, typed, typed_of
from kb.casebook.tables import cases, entries, searches
from kb.cases import CaseId, SearchId
from kb.errors import UnknownActor, UnknownCase, UnknownSearch


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten on request."""

    object: str
    """Id of a case or search, or an actor."""
    texts: int
    """Searches and entries that lost a text."""


def erase_case(database: Database, number: CaseId, *, by: str, at: datetime) -> Erased:
    """Forget what was typed for a case, and write down who asked."""

    def erased(connection: Connection) -> Erased:
        case = _named(connection, number)
        count = _of_cases(connection, {number, case})
        return _told(connection, Act(at, by, Deed.TEXTS_ERASED, case), count)

    return _erased(database, erased)


def erase_search(database: Database, search: SearchId, *, by: str, at: datetime) -> Erased:
    """Forget a visitor by one of its searches; of a key, what was typed for that search's cases."""

    def erased(connection: Connection) -> Erased:
        query = select(searches.c.actor, searches.c.case_id).filter_by(id=search)
        row = connection.execute(query).first()
        if row is None:
            raise UnknownSearch(f"no search {search!r}: use the search_id that a search returned")
        if row.actor.startswith("anonymous:"):
            count = _of_actor(connection, row.actor)
        else:
            said = select(entries.c.case_id).where(entries.c.search_id == search)
            ids = {*connection.scalars(said), *filter(None, [row.case_id])}
            count = blanked(connection, table=searches, chosen=typed(searches.c.id == search))
            count += _of_cases(connection, ids)
        return _told(connection, Act(at, by, Deed.TEXTS_ERASED, search), count)

    return _erased(database, erased)


def erase_actor(database: Database, actor: str, *, by: str, at: datetime) -> Erased:
    """Forget what an actor typed, what was typed for its cases, and what others took over of it."""

    def erased(connection: Connection) -> Erased:
        _need(connection, actor)
        count = _of_actor(connection, actor)
        return _told(connection, Act(at, by, Deed.ACTOR_FORGOTTEN, actor), count)

    return _erased(database, erased)


def _named(connection: Connection, number: CaseId) -> CaseId:
    """The case that staff calls so, even if it was only searched for."""
    for id_ in (number, as_ours(number)):
        if owner_of(connection, id_) is not None:
            return id_
    ids = select(cases.c.id).where(cases.c.number == number)
    keys = searches.c.case_id.startswith(f"{number}@", autoescape=True)
    found = connection.scalars(union(ids, select(searches.c.case_id).where(keys))).all()
    if not (found or connection.scalar(select(exists().where(searches.c.case_id == number)))):
        raise UnknownCase(
            f"no case {number!r}: name one that was searched for or reported on, such as "
            "C-7K3M-9QXW, or CRM-1@key:mzxw6ytb for the number of a key"
        )
    return only(number, sorted(map(CaseId, found)))


def _need(connection: Connection, actor: str) -> None:
    """Raise :class:`UnknownActor` for who has neither searches nor entries nor cases."""
    known = (exists().where(table.c.actor == actor) for table in (searches, entries, cases))
    if not connection.scalar(select(or_(*known))):
        raise UnknownActor(
            f"nobody called {actor!r} searched for or said anything: name a key as key:mzxw6ytb "
            "(`fixpoint key list` shows the ids), a visitor as anonymous:… in the log"
        )


def _of_cases(connection: Connection, ids: Iterable[str]) -> int:
    ids = list(ids)
    seen = select(entries.c.search_id).where(
        entries.c.case_id.in_(ids), entries.c.search_id.is_not(None)
    )
    asked = or_(searches.c.case_id.in_(ids), searches.c.id.in_(seen))
    return _erase(connection, asked, entries.c.case_id.in_(ids))


def _of_actor(connection: Connection, actor: str) -> int:
    own = select(cases.c.id).where(cases.c.actor == actor)
    seen = select(entries.c.search_id).where(
        entries.c.case_id.in_(own), entries.c.search_id.is_not(None)
    )
    taken_over = corrections(entries.c.actor == actor)
    return _erase(
        connection,
        or_(searches.c.actor == actor, searches.c.case_id.in_(own), searches.c.id.in_(seen)),
        or_(
            entries.c.actor == actor,
            entries.c.case_id.in_(own),
            entries.c.id.in_(select(taken_over.c.id)),
        ),
    )


def _erase(connection: Connection, asked: ColumnElement[bool], said: ColumnElement[bool]) -> int:
    seen = blanked(connection, table=searches, chosen=typed(asked))
    return seen + blanked(connection, table=entries, chosen=typed_of(said))


def _told(connection: Connection, asked: Act, texts: int) -> Erased:
    """Write down in the audit log what was done, in the same transaction."""
    written(connection, replace(asked, details={"rows": str(texts)}))
    return Erased(asked.object, texts)


def _erased(database: Database, work: Callable[[Connection], Erased]) -> Erased:
    erased = database.write(work)
    database.checkpoint()
    return erased
