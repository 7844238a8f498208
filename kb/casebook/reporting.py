"""What a caller says of a case, as an entry: who may say it, of which case, and only once."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from kb.casebook import rows
from kb.casebook.idempotency import Caller, once
from kb.casebook.tables import cases, entries, searches
from kb.cases import (
    CaseId,
    Correction,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Report,
    Retraction,
    Search,
    SearchId,
    case_number,
    current,
    source,
    taken_back,
)
from kb.domain import Principal, SolutionId
from kb.errors import BadReport, NotAllowed, UnknownCase, UnknownOutcome, UnknownSearch


def report(connection: Connection, said: Report, caller: Caller) -> Outcome:
    """Append an outcome."""
    return once(connection, caller, ("report", said), lambda: _outcome(connection, said, caller))


def correct(
    connection: Connection, outcome: OutcomeId, said: Correction, caller: Caller
) -> Outcome:
    """Append an outcome that stands for another from now on."""

    def corrected() -> Outcome:
        wrong = _changeable(connection, outcome, caller.principal)
        return replace(
            wrong,
            id=OutcomeId(str(uuid4())),
            at=caller.at,
            actor=caller.principal.actor,
            source=source(caller.principal),
            corrects=outcome,
            verdict=said.verdict,
            tried=wrong.tried if said.tried is None else said.tried,
            note=wrong.note if said.note is None else said.note,
        )

    return once(connection, caller, ("correct", outcome, said), corrected)


def retract(connection: Connection, outcome: OutcomeId, caller: Caller) -> Retraction:
    """Append that an outcome is taken back."""

    def retracted() -> Retraction:
        wrong = _changeable(connection, outcome, caller.principal)
        return Retraction(caller.at, wrong.case, outcome, caller.principal.actor)

    return once(connection, caller, ("retract", outcome), retracted)


def reopen(connection: Connection, case: CaseId, caller: Caller) -> Reopening:
    """Append that a case's problem came back.

    It undoes what anybody said, agents too: that takes more than knowing a search.
    """

    def reopened() -> Reopening:
        known_case(connection, case, caller.principal)
        return Reopening(caller.at, case, caller.principal.actor)

    return once(connection, caller, ("reopen", case), reopened)


def known_case(connection: Connection, case: CaseId, principal: Principal) -> None:
    """Raise unless there is that case, and the principal may speak of it without a search."""
    _signed_in(principal, "read or reopen a case")
    owner = _owner(connection, case)
    if owner is None or not (principal.staff or owner == principal.actor):
        raise _unknown_case(case)


def history(connection: Connection, case: CaseId) -> list[Entry]:
    """All that was said of a case, oldest first; empty if there is no such case."""
    query = select(entries).where(entries.c.case_id == case).order_by(entries.c.number)
    return [rows.entry(row) for row in connection.execute(query)]


def history_for(connection: Connection, case: CaseId, principal: Principal) -> list[Entry]:
    """The history of a case that the principal may speak of."""
    known_case(connection, case, principal)
    return history(connection, case)


def said(
    connection: Connection, search: SearchId, principal: Principal
) -> dict[SolutionId, Outcome]:
    """What one actor said of a search, as it counts now."""
    row = connection.execute(select(searches.c.actor).filter_by(id=search)).first()
    if row is None or not (principal.staff or row.actor == principal.actor):
        raise _unknown_search(search)
    query = select(entries.c.case_id).where(entries.c.search_id == search).distinct()
    own = [
        each
        for case in connection.execute(query).scalars()
        for each in history(connection, CaseId(case))
        if each.actor == principal.actor
        and not (isinstance(each, Outcome) and each.search != search)
    ]
    return current(own)


def _outcome(connection: Connection, said: Report, caller: Caller) -> Outcome:
    if not (said.search or said.case or said.symptom):
        raise BadReport("an outcome belongs to a search, a case or a symptom: name one of them")
    if said.search is None:
        _signed_in(caller.principal, "report without the search that showed the solution")
    seen = _search(connection, said.search, caller.principal) if said.search else None
    return Outcome(
        id=OutcomeId(str(uuid4())),
        at=caller.at,
        case=_case(connection, said, seen, caller),
        solution=said.solution,
        verdict=said.verdict,
        actor=caller.principal.actor,
        source=source(caller.principal),
        search=said.search,
        resolution=_resolution(seen, said.solution),
        tried=said.tried,
        note=said.note,
        symptom=said.symptom,
        environment=said.environment,
    )


def _search(connection: Connection, id_: SearchId, principal: Principal) -> Search:
    """The search, locked where several services write: reports by it join one case."""
    row = connection.execute(select(searches).filter_by(id=id_).with_for_update()).first()
    if row is None or not (principal.staff or row.actor == principal.actor):
        raise _unknown_search(id_)
    return rows.search(row)


def _resolution(seen: Search | None, solution: SolutionId) -> str:
    shown = seen.shown if seen else ()
    return next((each.resolution for each in shown if each.solution == solution), "")


def _case(connection: Connection, said: Report, seen: Search | None, caller: Caller) -> CaseId:
    """The case that is named, that the search came to belong to or was made for, or a new one."""
    if said.case:
        return _joined(connection, said.case, caller)
    if seen is None:
        return _opened(connection, caller.principal.actor, caller.at)
    query = select(entries.c.case_id).where(entries.c.search_id == seen.id)
    earlier = connection.execute(query.order_by(entries.c.number.desc()).limit(1)).scalar()
    if earlier is not None:
        return CaseId(earlier)
    if seen.case and _made_for(connection, seen.case, seen, caller.principal):
        return _joined(connection, seen.case, caller)
    return _opened(connection, seen.actor, caller.at)


def _made_for(connection: Connection, case: CaseId, seen: Search, principal: Principal) -> bool:
    """Whether a search was made for a case by one who may: a visitor can name any case."""
    owner = _owner(connection, case)
    own = seen.actor == principal.actor
    return owner == seen.actor or (own and _may_join(owner, principal))


def _joined(connection: Connection, case: CaseId, caller: Caller) -> CaseId:
    """A named case; who has a key opens it by naming it."""
    owner = _owner(connection, case)
    if not _may_join(owner, caller.principal):
        raise _unknown_case(case)
    if owner is None:
        row = {"id": case, "at": caller.at, "actor": caller.principal.actor}
        connection.execute(insert(cases).values(row))
    return case


def _may_join(owner: str | None, principal: Principal) -> bool:
    if principal.staff or owner == principal.actor:
        return True
    return owner is None and principal.known


def _opened(connection: Connection, actor: str, at: datetime) -> CaseId:
    case = case_number(secrets.randbits(40))
    connection.execute(insert(cases).values(id=case, at=at, actor=actor))
    return case


def _owner(connection: Connection, case: CaseId) -> str | None:
    return connection.execute(select(cases.c.actor).filter_by(id=case)).scalar()


def _changeable(connection: Connection, id_: OutcomeId, principal: Principal) -> Outcome:
    row = connection.execute(select(entries).filter_by(id=id_).with_for_update()).first()
    if row is None or not (principal.staff or row.actor == principal.actor):
        raise UnknownOutcome(f"no outcome {id_!r} of yours: use the id that its report returned")
    found = cast(Outcome, rows.entry(row))
    if found.id in taken_back(history(connection, found.case)):
        raise UnknownOutcome(f"outcome {id_!r} was taken back: report a new one")
    return found


def _signed_in(principal: Principal, act: str) -> None:
    if not (principal.known or principal.staff):
        raise NotAllowed(f"nobody may {act} without a key: sign in")


def _unknown_case(case: CaseId) -> UnknownCase:
    return UnknownCase(f"no case {case!r} of yours: open it by reporting an outcome for it")


def _unknown_search(search: SearchId) -> UnknownSearch:
    return UnknownSearch(f"no search {search!r} of yours: use the search_id of your own search")
