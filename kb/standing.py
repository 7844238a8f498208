"""What counts of all that was said of a case: a history folded to what stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from kb.cases import (
    NOT_TRIED,
    CaseState,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Retraction,
    Source,
    Verdict,
)
from kb.domain import SolutionId

_TRUST = tuple(Source)


def taken_back(history: Iterable[Entry]) -> set[OutcomeId]:
    """The outcomes of a case that were retracted, from its history, oldest first.

    What the same actor had put in an outcome's place, and what that one stood for, is taken back
    with it; another's word stands.
    """
    entries = list(history)
    said = _said(entries)
    firsts: dict[OutcomeId, OutcomeId] = {}
    for each in said.values():
        wrong = said.get(each.corrects) if each.corrects else None
        own = wrong is not None and wrong.actor == each.actor
        firsts[each.id] = firsts[wrong.id] if wrong and own else each.id
    gone = {firsts.get(each.outcome) for each in entries if isinstance(each, Retraction)}
    return {id_ for id_, first in firsts.items() if first in gone}


def current(history: Iterable[Entry]) -> dict[SolutionId, Outcome]:
    """The one outcome per solution that counts of a case, from its history, oldest first.

    What was corrected or retracted is left out; an agent's word stands over a customer's, among
    equals the last one. A reopening turns what was solved or partly solved by then into not solved;
    a later correction of the same verdict does not make it new.
    """
    entries = list(history)
    gone = taken_back(entries)
    said = [each for each in _said(entries).values() if each.id not in gone]
    corrected = {each.corrects for each in said}
    fresh = _fresh(entries)
    found: dict[SolutionId, Outcome] = {}
    for each in said:
        standing = found.get(each.solution)
        if each.id not in corrected and (
            standing is None or _weight(each, fresh) >= _weight(standing, fresh)
        ):
            found[each.solution] = each
    return {id_: each if each.id in fresh else _undone(each) for id_, each in found.items()}


def undone(history: Iterable[Entry]) -> set[OutcomeId]:
    """The outcomes of a case whose success a later reopening turned into not solved."""
    entries = list(history)
    fresh = _fresh(entries)
    successes = {Verdict.SOLVED, Verdict.PARTLY}
    said = _said(entries).items()
    return {id_ for id_, each in said if id_ not in fresh and each.verdict in successes}


def _said(entries: Iterable[Entry]) -> dict[OutcomeId, Outcome]:
    return {each.id: each for each in entries if isinstance(each, Outcome)}


def _fresh(entries: Iterable[Entry]) -> set[OutcomeId]:
    """The outcomes whose verdict was first said after the last reopening."""
    verdicts: dict[OutcomeId, Verdict] = {}
    fresh: set[OutcomeId] = set()
    for each in entries:
        if isinstance(each, Reopening):
            fresh = set()
        elif isinstance(each, Outcome):
            verdicts[each.id] = each.verdict
            same = each.corrects and verdicts.get(each.corrects) is each.verdict
            fresh |= {each.id} if not same or each.corrects in fresh else set()
    return fresh


def _weight(outcome: Outcome, fresh: Collection[OutcomeId]) -> tuple[bool, int]:
    return outcome.id in fresh, _TRUST.index(outcome.source)


def order(solution: SolutionId, said: Mapping[SolutionId, Outcome]) -> int:
    """As which one a solution was tried, from 1: as was said of it, else after the others.

    ``said`` is what counts so far.
    """
    earlier = said[solution].tried if solution in said else None
    others = (each.tried for id_, each in said.items() if id_ != solution)
    return earlier or 1 + sum(tried != NOT_TRIED for tried in others)


def about(history: Iterable[Entry], solutions: Collection[SolutionId]) -> list[Entry]:
    """What of a case's history is about these solutions, and its reopenings, in the same order."""
    entries = list(history)
    kept = {each.id for each in entries if isinstance(each, Outcome) and each.solution in solutions}
    return [each for each in entries if isinstance(each, Reopening) or _outcome(each) in kept]


def _outcome(entry: Outcome | Retraction) -> OutcomeId:
    return entry.id if isinstance(entry, Outcome) else entry.outcome


def state(history: Sequence[Entry]) -> CaseState:
    """Where a case stands after its history, oldest first."""
    if any(each.verdict is Verdict.SOLVED for each in current(history).values()):
        return CaseState.SOLVED
    reopened = any(isinstance(each, Reopening) for each in history)
    return CaseState.REOPENED if reopened else CaseState.OPEN


def _undone(outcome: Outcome) -> Outcome:
    if outcome.verdict is Verdict.WRONG:
        return outcome
    return replace(outcome, verdict=Verdict.NOT_SOLVED)
