"""The nouns of the casebook: what was asked and shown, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from kb.domain import ANYWHERE, Environment, Language, Principal, SolutionId

SearchId = NewType("SearchId", str)
"""A random UUID in its usual text form: whoever knows it has seen the answer."""
CaseId = NewType("CaseId", str)
"""An opaque number, see :mod:`kb.casebook.numbers`: the caller's own, or one of ours."""
OutcomeId = NewType("OutcomeId", str)
"""A random UUID in its usual text form."""


class Verdict(StrEnum):
    """What trying a solution did for a case."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    WRONG = "wrong"
    """The solution is not about this at all, or false: also a task for the article's owner."""


class Source(StrEnum):
    """Whose word an outcome is, least trusted first."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    AGENT = "agent"


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    SOLVED = "solved"
    """An outcome that counts says so."""
    REOPENED = "reopened"
    """The problem came back, and nothing has solved it since."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One solution of an answer, as it was shown."""

    solution: SolutionId
    lang: Language
    resolution: str
    """Hash of what the article told to do then, see :func:`kb.chunking.resolution_hash`."""
    score: float
    """Fused score in [0, 1]."""
    prior: float | None = None
    """p0 in [0, 1]: the chance by text alone; ``None`` before there is a calibrated model."""
    chance: float | None = None
    """p̂ in [0, 1]: the chance with precedents; ``None`` likewise."""
    propensity: float = 1.0
    """Probability in (0, 1] of being shown at this rank; 1 without exploration."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search and everything that its answer showed."""

    id: SearchId
    at: datetime
    """UTC."""
    actor: str
    symptom: str | None
    """Scrubbed; ``None`` once erased."""
    environment: Environment
    """As the caller stated it."""
    lang: Language
    generation: str
    fit: str
    """Name of the fitted parameters; empty before there are any."""
    matched: bool
    """Whether any visible chunk holds a content word of the symptom."""
    shown: tuple[Shown, ...]
    """Best first."""
    case: CaseId | None = None
    """Its id, as :meth:`kb.casebook.Casebook.meant` tells it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One word on what trying a solution did for a case."""

    id: OutcomeId
    at: datetime
    """UTC."""
    case: CaseId
    solution: SolutionId
    verdict: Verdict
    actor: str
    source: Source
    search: SearchId | None = None
    """Where the solution was seen, if that is known."""
    corrects: OutcomeId | None = None
    """The outcome that this one stands for from now on."""
    resolution: str = ""
    """Hash of what the article told to do when it was shown; empty when that is not known."""
    tried: int | None = None
    """The solution was the first, second … that was tried, from 1."""
    note: str | None = None
    """Scrubbed; ``None`` without one, or once erased."""
    symptom: str | None = None
    """What the caller says the case was about, scrubbed, where there is no search."""
    environment: Environment = ANYWHERE


@dataclass(frozen=True, slots=True)
class Retraction:
    """An outcome is taken back, as if it had never been said."""

    at: datetime
    case: CaseId
    outcome: OutcomeId
    actor: str


@dataclass(frozen=True, slots=True)
class Reopening:
    """The problem came back: what had solved the case did not."""

    at: datetime
    case: CaseId
    actor: str


Entry = Outcome | Retraction | Reopening
"""One line of a case's history."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a caller says of trying a solution; it needs a search, a case or a symptom."""

    solution: SolutionId
    verdict: Verdict
    search: SearchId | None = None
    case: CaseId | None = None
    tried: int | None = None
    """The solution was the first, second … that was tried, from 1."""
    note: str | None = None
    """Scrubbed."""
    symptom: str | None = None
    """Scrubbed."""
    environment: Environment = ANYWHERE


@dataclass(frozen=True, slots=True)
class Correction:
    """What a caller says instead; what is ``None`` stays as it was said."""

    verdict: Verdict
    tried: int | None = None
    note: str | None = None
    """Scrubbed."""


def source(principal: Principal) -> Source:
    """Whose word a principal's outcome is."""
    if principal.staff:
        return Source.AGENT
    return Source.CUSTOMER if principal.known else Source.ANONYMOUS


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


_TRUST = tuple(Source)


def _undone(outcome: Outcome) -> Outcome:
    if outcome.verdict is Verdict.WRONG:
        return outcome
    return replace(outcome, verdict=Verdict.NOT_SOLVED)
