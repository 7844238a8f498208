"""What a caller says of a case, as an entry: who may say it, of which case, and only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, cast
from uuid import uuid4

from sqlalchemy import Connection, and_, or_, select

from kb.casebook import chains, numbers, rows
from kb.casebook.acts import Act, Deed, written
from kb.casebook.idempotency import Caller, before, once
from kb.casebook.tables import entries, searches
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
    Source,
    current,
    source,
    taken_back,
)
from kb.domain import Principal, SolutionId
from kb.errors import BadReport, NotAllowed, UnknownCase, UnknownOutcome, UnknownSearch

CORRECTIONS = 20
"""So often one actor may correct an outcome and what was said instead of it."""

_E = TypeVar("_E", Outcome, Retraction, Reopening)


def report(connection: Connection, said: Report, caller: Caller, resolution: str) -> Outcome:
    """Append an outcome; ``resolution`` is for a solution that its search did not show."""

    def reported() -> Outcome:
        return _outcome(connection, said, caller, resolution)

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
        wrong, chain = _changeable(connection, outcome, caller.principal)
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
            tried=wrong.tried if said.tried is None else said.tried,
            note=said.note,
            symptom=None,
        )

    made = once(connection, caller, ("correct", outcome, said), corrected)
    return _told(connection, made, caller.principal)


def retract(connection: Connection, outcome: OutcomeId, caller: Caller) -> Retraction:
    """Append that an outcome is taken back."""

    def retracted() -> Retraction:
        wrong, _ = _changeable(connection, outcome, caller.principal)
        _audited(connection, wrong, Deed.OUTCOME_RETRACTED, caller)
        return Retraction(caller.at, wrong.case, outcome, caller.principal.actor)

    made = once(connection, caller, ("retract", outcome), retracted)
    return _told(connection, made, caller.principal)


def reopen(connection: Connection, number: CaseId, caller: Caller) -> Reopening:
    """Append that a case's problem came back.

    It undoes what anybody said: that takes more than knowing a search, and staff for its own words.
    """

    def reopened() -> Reopening:
        case = known_case(connection, number, caller.principal)
        if not caller.principal.staff and _staff_spoke(connection, case):
            raise NotAllowed(f"staff spoke of case {number!r}: ask them to reopen it")
        return Reopening(caller.at, case, caller.principal.actor)

    made = once(connection, caller, ("reopen", number), reopened)
    return _told(connection, made, caller.principal)


def known_case(connection: Connection, number: CaseId, principal: Principal) -> CaseId:
    """The id of an opened case that the principal may speak of without a search; else raises."""
    _signed_in(principal, "read or reopen a case")
    case = numbers.meant(connection, number, principal)
    if case is None or numbers.owner_of(connection, case) is None:
        raise _unknown_case(number)
    return case


def history(connection: Connection, number: CaseId, principal: Principal) -> list[Entry]:
    """All that was said of a case that the principal may speak of, oldest first."""
    case = known_case(connection, number, principal)
    said = chains.whole(connection, chains.all_of(connection, entries.c.case_id == case))
    return [replace(each, case=numbers.as_called(case, principal)) for each in said]


def said(
    connection: Connection, search: SearchId, principal: Principal
) -> dict[SolutionId, Outcome]:
    """What one actor said of a search, as it counts now, less what a reopening undid."""
    row = connection.execute(select(searches.c.actor).filter_by(id=search)).first()
    if row is None or not (principal.staff or row.actor == principal.actor):
        raise _unknown_search(search)
    own = and_(entries.c.search_id == search, entries.c.actor == principal.actor)
    ids, cases = (select(column).where(own) for column in (entries.c.id, entries.c.case_id))
    retracted = and_(entries.c.kind == rows.RETRACTION, entries.c.target.in_(ids))
    reopened = and_(entries.c.kind == rows.REOPENING, entries.c.case_id.in_(cases))
    found = chains.all_of(connection, or_(own, retracted, reopened))
    counted = current(chains.whole(connection, found)).items()
    verdicts = {each.id: each.verdict for each in found if isinstance(each, Outcome)}
    return {
        solution: replace(each, case=numbers.as_called(each.case, principal))
        for solution, each in counted
        if each.verdict is verdicts[each.id]
    }


def _outcome(connection: Connection, said: Report, caller: Caller, resolution: str) -> Outcome:
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
        resolution=_resolution(seen, said.solution) or resolution,
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
        raise _unknown_case(number)
    if numbers.owner_of(connection, case) is None:
        if principal.staff and "@" in case:  # Only the key itself opens a case of its own.
            raise _unknown_case(number)
        numbers.opened(connection, principal.actor, caller.at, case)
    return case


def _changeable(
    connection: Connection, id_: OutcomeId, principal: Principal
) -> tuple[Outcome, list[Entry]]:
    """An outcome that the principal may change, and its chain."""
    row = connection.execute(select(entries).filter_by(id=id_).with_for_update()).first()
    if row is None or not (principal.staff or row.actor == principal.actor):
        raise UnknownOutcome(f"no outcome {id_!r} of yours: use the id that its report returned")
    found = cast(Outcome, rows.entry(row))
    chain = chains.chain(connection, found)
    if found.id in taken_back(chain):
        raise UnknownOutcome(f"outcome {id_!r} was taken back: report a new one")
    return found, chain


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


def _staff_spoke(connection: Connection, case: CaseId) -> bool:
    query = select(entries.c.id).filter_by(case_id=case, source=Source.AGENT.value).limit(1)
    return connection.execute(query).first() is not None


def _told(connection: Connection, entry: _E, principal: Principal) -> _E:
    """An entry as its principal reads it."""
    (found,) = chains.whole(connection, [entry])
    return cast(_E, replace(found, case=numbers.as_called(found.case, principal)))


def _signed_in(principal: Principal, act: str) -> None:
    if not (principal.known or principal.staff):
        raise NotAllowed(f"nobody may {act} without a key: sign in")


def _unknown_case(case: CaseId) -> UnknownCase:
    return UnknownCase(f"no case {case!r} of yours: open it by reporting an outcome for it")


def _unknown_search(search: SearchId) -> UnknownSearch:
    return UnknownSearch(f"no search {search!r} of yours: use the search_id of your own search")
