"""What a caller says of a case, as an entry that is appended only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, cast
from uuid import uuid4

from sqlalchemy import Connection, select

from kb.casebook import chains, numbers, rights
from kb.casebook.acts import Act, Deed, written
from kb.casebook.idempotency import Caller, Kept, before, once
from kb.casebook.tables import entries
from kb.cases import (
    NOT_TRIED,
    CaseId,
    Correction,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Report,
    Retraction,
    Search,
    Verdict,
    source,
)
from kb.domain import Principal, SolutionId
from kb.errors import BadReport

CORRECTIONS = 20
"""So often one actor may correct an outcome and what was said instead of it."""

_E = TypeVar("_E", Outcome, Retraction, Reopening)


def report(connection: Connection, said: Report, caller: Caller, resolution: str) -> Outcome:
    """Append an outcome; ``resolution`` is for a solution that its search did not show."""

    def reported() -> Outcome:
        return _outcome(connection, said, caller, resolution)

    _sound(said.verdict, said.tried)

    return _told(connection, once(connection, caller, ("report", said), reported), caller.principal)


def reported(connection: Connection, said: Report, caller: Caller) -> Outcome | None:
    """What the same report appended before under the same idempotency key."""
    found = before(connection, caller, ("report", said))
    return _told(connection, cast(Outcome, found), caller.principal) if found else None


def correct(
    connection: Connection, outcome: OutcomeId, said: Correction, caller: Caller
) -> Outcome:
    """Append an outcome that stands for another from now on; it holds only what is said anew."""

    def corrected() -> Outcome:
        wrong, chain = rights.spoken(connection, outcome, caller.principal)
        rights.still_said(wrong, chain)
        _not_too_often(chain, caller.principal)
        _audited(connection, wrong, Deed.OUTCOME_CORRECTED, caller)
        return replace(
            wrong,
            id=OutcomeId(str(uuid4())),
            at=caller.at,
            actor=caller.principal.actor,
            source=source(caller.principal),
            corrects=outcome,
            verdict=said.verdict,
            tried=_order(said, wrong),
            note=said.note,
            symptom=None,
        )

    _sound(said.verdict, said.tried)
    made = once(connection, caller, ("correct", outcome, said), corrected)
    return _told(connection, made, caller.principal)


def retract(connection: Connection, outcome: OutcomeId, caller: Caller) -> Retraction:
    """Append that an outcome is taken back; who has done so before gets that retraction again."""

    def retracted() -> Retraction | Kept[Retraction]:
        wrong, chain = rights.spoken(connection, outcome, caller.principal)
        earlier = rights.retraction(connection, outcome, chain, caller.principal)
        if earlier:
            return earlier
        rights.still_said(wrong, chain)
        _audited(connection, wrong, Deed.OUTCOME_RETRACTED, caller)
        return Retraction(caller.at, wrong.case, outcome, caller.principal.actor)

    made = once(connection, caller, ("retract", outcome), retracted)
    return _told(connection, made, caller.principal)


def reopen(connection: Connection, number: CaseId, caller: Caller) -> Reopening:
    """Append that a case's problem came back."""

    def reopened() -> Reopening:
        case = rights.reopenable(connection, number, caller.principal)
        return Reopening(caller.at, case, caller.principal.actor)

    made = once(connection, caller, ("reopen", number), reopened)
    return _told(connection, made, caller.principal)


def _outcome(connection: Connection, said: Report, caller: Caller, resolution: str) -> Outcome:
    if not (said.search or said.case or said.symptom):
        raise BadReport("an outcome belongs to a search, a case or a symptom: name one of them")
    if said.search is None:
        rights.signed_in(caller.principal, "report without the search that showed the solution")
    seen = rights.locked_search(connection, said.search, caller.principal) if said.search else None
    return Outcome(
        id=OutcomeId(str(uuid4())),
        at=caller.at,
        case=_case(connection, said, seen, caller),
        solution=said.solution,
        verdict=said.verdict,
        actor=caller.principal.actor,
        source=source(caller.principal),
        search=said.search,
        resolution=_resolution(seen, said.solution) or resolution,
        tried=said.tried,
        note=said.note,
        symptom=said.symptom,
        environment=said.environment,
    )


def _sound(verdict: Verdict, tried: int | None) -> None:
    if tried == NOT_TRIED and verdict is not Verdict.NOT_SOLVED:
        raise BadReport(
            f"{verdict}, though it could not be tried: with tried {NOT_TRIED} say not_solved"
        )


def _order(said: Correction, wrong: Outcome) -> int | None:
    """As which one it was tried, of what was said last; who tried it after all, has not said."""
    if said.tried is not None:
        return said.tried
    after_all = wrong.tried == NOT_TRIED and said.verdict is not Verdict.NOT_SOLVED
    return None if after_all else wrong.tried


def _resolution(seen: Search | None, solution: SolutionId) -> str:
    shown = seen.shown if seen else ()
    return next((each.resolution for each in shown if each.solution == solution), "")


def _case(connection: Connection, said: Report, seen: Search | None, caller: Caller) -> CaseId:
    """The case that is named, that the search came to belong to or was made for, or a new one."""
    if said.case:
        return _joined(connection, said.case, caller)
    if seen is None:
        return numbers.opened(connection, caller.principal.actor, caller.at)
    query = select(entries.c.case_id).where(entries.c.search_id == seen.id)
    earlier = connection.execute(query.order_by(entries.c.number.desc()).limit(1)).scalar()
    if earlier is not None:
        return CaseId(earlier)
    made_for = _made_for(connection, seen, caller) if seen.case else None
    return made_for or numbers.opened(connection, seen.actor, caller.at)


def _made_for(connection: Connection, seen: Search, caller: Caller) -> CaseId | None:
    """The case that a search was made for, opened for whoever searched; ``None`` if it is lost."""
    principal, case = caller.principal, cast(CaseId, seen.case)
    if principal.staff:
        case = cast(CaseId, numbers.meant(connection, case, principal))
    owner = numbers.owner_of(connection, case)
    if owner is None:
        return numbers.opened(connection, seen.actor, caller.at, case)
    return case if principal.staff or owner == principal.actor else None


def _joined(connection: Connection, number: CaseId, caller: Caller) -> CaseId:
    """A named case; who has a key opens it by naming it."""
    principal = caller.principal
    case = numbers.meant(connection, number, principal)
    if case is None:
        raise rights.unknown_case(number, principal)
    if numbers.owner_of(connection, case) is None:
        if principal.staff and "@" in case:  # Only the key itself opens a case of its own.
            raise rights.unknown_case(number, principal)
        numbers.opened(connection, principal.actor, caller.at, case)
    return case


def _not_too_often(chain: Sequence[Entry], principal: Principal) -> None:
    own = [e for e in chain if isinstance(e, Outcome) and e.corrects and e.actor == principal.actor]
    if len(own) >= CORRECTIONS:
        raise BadReport(
            f"you corrected this outcome {len(own)} times: take it back and report a new one"
        )


def _audited(connection: Connection, wrong: Outcome, deed: Deed, caller: Caller) -> None:
    """Write down that somebody changes what another said."""
    if wrong.actor != caller.principal.actor:
        details = {"case": wrong.case}
        act = Act(caller.at, caller.principal.actor, deed, wrong.id, details)
        written(connection, act)


def _told(connection: Connection, entry: _E, principal: Principal) -> _E:
    """An entry as its principal reads it."""
    (found,) = chains.whole(connection, [entry])
    return cast(_E, replace(found, case=numbers.as_called(found.case, principal)))
