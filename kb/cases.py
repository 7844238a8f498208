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
"""An opaque number: the caller's own, or one of ours."""
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

    What the same actor had put in an outcome's place is taken back with it; another's word stands.
    """
    entries = list(history)
    gone = {each.outcome for each in entries if isinstance(each, Retraction)}
    actors = {each.id: each.actor for each in entries if isinstance(each, Outcome)}
    for each in entries:
        if isinstance(each, Outcome) and each.corrects in gone:
            gone |= {each.id} if actors.get(each.corrects) == each.actor else set()
    return gone


def current(history: Iterable[Entry]) -> dict[SolutionId, Outcome]:
    """The one outcome per solution that counts of a case, from its history, oldest first.

    What was corrected or retracted is left out; an agent's word stands over a customer's, among
    equals the last one. A reopening turns what was solved or partly solved by then into not solved.
    """
    entries = list(history)
    gone = taken_back(entries)
    said = [
        (n, each)
        for n, each in enumerate(entries)
        if isinstance(each, Outcome) and each.id not in gone
    ]
    corrected = {each.corrects for _, each in said}
    reopened = max((n for n, each in enumerate(entries) if isinstance(each, Reopening)), default=-1)
    found: dict[SolutionId, tuple[tuple[bool, int], Outcome]] = {}
    for number, each in said:
        weight = (number > reopened, _TRUST.index(each.source))
        standing = found.get(each.solution)
        if each.id not in corrected and (standing is None or weight >= standing[0]):
            found[each.solution] = (weight, each)
    return {
        solution: each if fresh else _undone(each) for solution, ((fresh, _), each) in found.items()
    }


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


def case_number(chance: int) -> CaseId:
    """A number for a case of ours, to be read aloud: ``C-7K3M-9QXW`` of 40 random bits.

    Source: Crockford's Base32, https://www.crockford.com/base32.html.
    """
    digits = "".join(_CROCKFORD[chance >> shift & 31] for shift in range(35, -1, -5))
    return CaseId(f"C-{digits[:4]}-{digits[4:]}")


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRUST = tuple(Source)


def _undone(outcome: Outcome) -> Outcome:
    if outcome.verdict is Verdict.WRONG:
        return outcome
    return replace(outcome, verdict=Verdict.NOT_SOLVED)
