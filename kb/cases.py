"""The nouns of the casebook: what was asked and shown, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
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


NOT_TRIED = 0
"""In place of an outcome's order of trials: not solved, for it could not be tried at all.

Such a word tells what the solution is not for, never that it fails.
"""


class Verdict(StrEnum):
    """What trying a solution did for a case."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    WRONG = "wrong"
    """It tells something false, whatever the case is about: also a task for the article's owner.

    What is merely not about a case was not tried: not solved, with :data:`NOT_TRIED`.
    """


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
    """The solution was the first, second … that was tried, from 1; or :data:`NOT_TRIED`."""
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
    """The solution was the first, second … that was tried, from 1; or :data:`NOT_TRIED`."""
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
