"""Every noun of the house, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

SolutionId = NewType("SolutionId", str)
"""What is ranked and tried: the path of its articles below the language folder, without suffix."""
ArticleId = NewType("ArticleId", str)
"""One solution in one language, ``zh/update-error-4013``: see :func:`article_id`."""
ChunkId = NewType("ChunkId", int)
"""What a chunk is and where it stands, as a number: see :func:`kb.names.number`."""
Vector = NDArray[np.float32]
"""A unit vector, shape ``(dimensions,)``."""


class Language(StrEnum):
    """The languages that articles are written in; all Chinese is read as Simplified."""

    ZH = "zh"
    EN = "en"


class Audience(StrEnum):
    """Who a text is written for."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Confidence(StrEnum):
    """An article's state (Knowledge-Centered Service v6)."""

    WIP = "wip"
    NOT_VALIDATED = "not-validated"
    VALIDATED = "validated"
    ARCHIVED = "archived"


class Boundary(StrEnum):
    """Who helps when the article's steps do not."""

    SELF_SERVICE = "self-service"
    REPAIR = "repair"
    ACCOUNT_TEAM = "account-team"
    THIRD_PARTY = "third-party"
    CARRIER = "carrier"


class SectionKind(StrEnum):
    """What a section is for, told by its heading in either language."""

    SYMPTOM = "symptom"
    APPLIES_TO = "applies-to"
    CAUSE = "cause"
    RESOLUTION = "resolution"
    IF_IT_FAILS = "if-it-fails"
    PREVENTION = "prevention"
    OTHER = "other"


class BlockKind(StrEnum):
    """The smallest parts of a section that chunking never cuts, texts excepted."""

    TEXT = "text"
    ITEM = "item"
    STEP = "step"
    ROW = "row"
    CODE = "code"


class ChunkKind(StrEnum):
    """What part of an article a chunk comes from."""

    ISSUE = "issue"
    SYMPTOM = "symptom"
    CAUSE = "cause"
    RESOLUTION = "resolution"
    OTHER = "other"


class Scope(StrEnum):
    """What a principal may do."""

    SEARCH = "search"
    AGENT = "agent"
    WRITER = "writer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Versions:
    """A half-open interval ``[low, high)`` of version numbers, as :func:`kb.versions.number`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class System:
    """An operating system (a key of the vocabulary) and the union of its versions; none = any."""

    key: str
    versions: tuple[Versions, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a solution applies, or a symptom occurs; whatever is empty means any."""

    products: tuple[str, ...] = ()
    systems: tuple[System, ...] = ()
    hosts: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()


ANYWHERE = Environment()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a section as plain text (inline markup removed)."""

    kind: BlockKind
    text: str
    audience: Audience = Audience.PUBLIC
    anchor: str = ""
    """``step-3`` for a numbered step of a resolution, else empty."""
    header: str = ""
    """The header row of the table that a row belongs to, else empty."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, up to the next heading of any level."""

    kind: SectionKind
    heading: tuple[str, ...]
    """Path of headings from the title down to this section; the title alone for a preamble."""
    anchor: str
    """The heading's ``id`` in the article's HTML, unique in the article; empty for a preamble."""
    blocks: tuple[Block, ...]

    @property
    def internal(self) -> bool:
        """Whether its heading stands in an ``internal`` container."""
        return for_staff(self.anchor)


@dataclass(frozen=True, slots=True)
class Article:
    """A writer's Markdown text of a solution in one language."""

    id: ArticleId
    solution: SolutionId
    lang: Language
    path: str
    """Below the articles root, with ``/``, as it stands on disk."""
    title: str
    summary: str
    body: str
    """Markdown without the front matter, newlines as ``\\n``."""
    sections: tuple[Section, ...]
    topic: str = ""
    environment: Environment = ANYWHERE
    symptoms: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    confidence: Confidence = Confidence.NOT_VALIDATED
    boundary: Boundary = Boundary.SELF_SERVICE
    owner: str = ""
    verified: date | None = None
    aliases: tuple[SolutionId, ...] = ()
    related: tuple[SolutionId, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What a chunk carries besides its text: it can change while the text stays the same."""

    audience: Audience
    """Of the article or of the block, whichever is stricter."""
    confidence: Confidence
    environment: Environment
    topic: str
    error_codes: tuple[str, ...]
    anchor: str
    """Where the chunk stands in the article's HTML; empty = its top."""
    position: int
    """Order in the article, from 0."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of one article: the unit that is embedded and retrieved."""

    id: ChunkId
    article: ArticleId
    kind: ChunkKind
    heading: tuple[str, ...]
    """Path of headings from the title down to the passage."""
    text: str
    label: Label


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a pseudonymous actor and what it may do."""

    actor: str
    """``key:<id>``, or ``anonymous:<id>`` for whoever did not sign in."""
    scopes: frozenset[Scope]

    @property
    def known(self) -> bool:
        """Whether it showed a key of ours."""
        return self.actor.startswith("key:")

    @property
    def staff(self) -> bool:
        """Whether it works here: it may see drafts and internal texts."""
        return bool(self.scopes & {Scope.AGENT, Scope.WRITER, Scope.ADMIN})


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a principal may see; the stores enforce it inside their filters."""

    audiences: frozenset[Audience]
    confidences: frozenset[Confidence]


@dataclass(frozen=True, slots=True)
class Query:
    """A symptom as typed, and what the requestor stated besides it."""

    symptom: str
    environment: Environment = ANYWHERE
    lang: Language | None = None
    """The reader's language; ``None`` = that of the symptom."""
    limit: int = 5
    error_codes: tuple[str, ...] = ()
    """Such as a log's, as it spells them."""

    @property
    def text(self) -> str:
        """What is looked up, encoded and kept: the symptom, and a line for each code."""
        return "\n".join(filter(None, (self.symptom, *self.error_codes)))


class Hit(NamedTuple):
    """A scored chunk; a tuple, for a search makes 128 of them."""

    chunk: ChunkId
    article: ArticleId
    kind: ChunkKind
    score: float


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)`` of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a chunk that speaks to the query; spans ascend and do not overlap."""

    text: str
    highlights: tuple[Span, ...]
    audience: Audience = Audience.PUBLIC
    """Who it was written for: a public article may hold texts for staff alone."""


class ReasonKind(StrEnum):
    """Why a solution is shown."""

    WORDS = "words"
    """It holds these words of the symptom."""
    MEANING = "meaning"
    """It speaks of the same thing in other words."""
    ERROR_CODE = "error-code"
    """It names these error codes of the symptom."""
    ENVIRONMENT = "environment"
    """It is written for this stated environment."""
    OTHER_LANGUAGE = "other-language"
    """There is no translation into the reader's language."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and the words, codes or keys that it speaks of."""

    kind: ReasonKind
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """What is ranked and tried: the fix behind an article, with its hits as evidence."""

    id: SolutionId
    article: ArticleId
    """The article to show: in the reader's language if there is one."""
    lang: Language
    title: str
    summary: str
    confidence: Confidence
    audience: Audience
    resolution: str
    """Hash of what the article tells to do, see :func:`kb.chunking.resolution_hash`."""
    score: float
    """Fused score in [0, 1]: an order, not a chance."""
    heading: tuple[str, ...]
    """Where the excerpt stands."""
    anchor: str
    excerpt: Excerpt
    reasons: tuple[Reason, ...]
    hits: tuple[Hit, ...]
    """Best first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, best first; empty when nothing matches at all."""

    solutions: tuple[Solution, ...]
    lang: Language
    """The language that the reader is answered in."""
    generation: str
    """Name of the generation that was searched."""
    matched: bool
    """Whether words led anywhere: a visible chunk shares a term with the symptom, and some chunk
    holds a whole word of it."""


def for_staff(anchor: str) -> bool:
    """Whether an anchor is that of a heading or step in an ``internal`` container."""
    return anchor.startswith(f"{Audience.INTERNAL}.")


def article_id(lang: Language, solution: SolutionId) -> ArticleId:
    """The id of a solution's article in one language."""
    return ArticleId(f"{lang}/{solution}")


def solution_of(article: ArticleId) -> SolutionId:
    """The solution of an article id."""
    return SolutionId(article.partition("/")[2])


def language_of(article: ArticleId) -> Language:
    """The language of an article id."""
    return Language(article.partition("/")[0])


def visibility(principal: Principal) -> Visibility:
    """What a principal may see: archived texts nobody, drafts and internal texts staff only."""
    staff = principal.staff
    shown = {Confidence.NOT_VALIDATED, Confidence.VALIDATED}
    return Visibility(
        audiences=frozenset(Audience) if staff else frozenset({Audience.PUBLIC}),
        confidences=frozenset(shown | {Confidence.WIP} if staff else shown),
    )
