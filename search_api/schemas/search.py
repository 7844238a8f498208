"""A search over the wire, and how it becomes the nouns of the core and back."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from kb import versions
from kb.domain import (
    Answer,
    Confidence,
    Environment,
    Language,
    Query,
    Reason,
    ReasonKind,
    Solution,
    System,
)
from kb.search import SYMPTOM_CHARACTERS
from search_api import links

MAX_LIMIT = 20
DEFAULT_LIMIT = 5

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]+")


def plain(text: str) -> str:
    """The text stripped, with runs of control characters (tabs and newlines aside) as a blank."""
    return _CONTROLS.sub(" ", text).strip()


def _symptom(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds the character NUL: send text, not binary data")
    symptom = plain(text)
    if not symptom:
        raise ValueError("is blank: describe what goes wrong")
    return symptom


Key = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, to_lower=True)
]
"""A key of the vocabulary; keys are in lower case."""


class _Wire(BaseModel):
    """What we receive: unknown keys and other types than the stated ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EnvironmentIn(_Wire):
    """Where the symptom occurs; whatever is absent means any."""

    product: Annotated[Key | None, Field(description="A product, `phone`.")] = None
    os: Annotated[Key | None, Field(description="An operating system, `ios`.")] = None
    version: Annotated[Key | None, Field(description="Its version, `18.1`; `18` is any 18.")] = None
    host: Annotated[Key | None, Field(description="The computer it is connected to.")] = None
    app: Annotated[Key | None, Field(description="The app it occurs in.")] = None

    @model_validator(mode="after")
    def _version_is_one(self) -> EnvironmentIn:
        if self.version is not None:
            if self.os is None:
                raise ValueError("a version needs the operating system that it is of: state os")
            versions.interval(self.version)
        return self

    def environment(self) -> Environment:
        """The same as the core says it."""
        within = (versions.interval(self.version),) if self.version else ()
        return Environment(
            products=(self.product,) if self.product else (),
            systems=(System(self.os, within),) if self.os else (),
            hosts=(self.host,) if self.host else (),
            apps=(self.app,) if self.app else (),
        )


class SearchIn(_Wire):
    """A symptom, and what the requestor states besides it."""

    symptom: Annotated[
        str,
        Field(
            min_length=1,
            max_length=SYMPTOM_CHARACTERS,
            description="What goes wrong, in the requestor's own words, Chinese or English.",
        ),
        AfterValidator(_symptom),
    ]
    environment: Annotated[
        EnvironmentIn, Field(description="Only solutions that apply there are shown.")
    ] = EnvironmentIn()
    lang: Annotated[
        Literal["zh", "en"] | None,
        Field(description="The reader's language; absent = that of the symptom."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="At most so many solutions.")] = (
        DEFAULT_LIMIT
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "symptom": "手机更新到一半报错 4013",
                    "environment": {"product": "phone", "os": "ios", "version": "18.1"},
                    "lang": "zh",
                },
                {"symptom": "Wi-Fi keeps dropping after the update", "limit": 3},
            ]
        }
    )

    def query(self) -> Query:
        """The same as the core says it."""
        return Query(
            symptom=self.symptom,
            environment=self.environment.environment(),
            lang=Language(self.lang) if self.lang else None,
            limit=self.limit,
        )


class ExcerptOut(BaseModel):
    """The passage that speaks to the symptom."""

    text: str
    highlights: Annotated[
        list[tuple[int, int]],
        Field(
            description="Half-open ranges of `text` to mark, ascending, counted in Unicode code "
            "points; in JavaScript, slice `Array.from(text)`."
        ),
    ]


class ReasonOut(BaseModel):
    """Why a solution is shown, and the words, codes or keys that this speaks of."""

    kind: ReasonKind
    values: list[str]

    @classmethod
    def of(cls, reason: Reason) -> ReasonOut:
        """A reason of the core."""
        return cls(kind=reason.kind, values=list(reason.values))


class SolutionOut(BaseModel):
    """A solution to try."""

    solution: str
    lang: Language
    title: str
    summary: str
    confidence: Annotated[
        Confidence, Field(description="State of the article (KCS v6), not a chance.")
    ]
    score: Annotated[float, Field(description="An order within this answer, not a chance.")]
    url: Annotated[str, Field(description="Page of the article, at the passage of the excerpt.")]
    heading: Annotated[list[str], Field(description="Path of headings down to the excerpt.")]
    excerpt: ExcerptOut
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, solution: Solution) -> SolutionOut:
        """A solution of the core."""
        highlights = [(span.start, span.end) for span in solution.excerpt.highlights]
        return cls(
            solution=solution.id,
            lang=solution.lang,
            title=solution.title,
            summary=solution.summary,
            confidence=solution.confidence,
            score=solution.score,
            url=links.page(solution.article, solution.anchor),
            heading=list(solution.heading),
            excerpt=ExcerptOut(text=solution.excerpt.text, highlights=highlights),
            reasons=[ReasonOut.of(reason) for reason in solution.reasons],
        )


class SearchOut(BaseModel):
    """The solutions that were found, best first; none when nothing fits."""

    search_id: Annotated[str, Field(description="Name of this search, a UUID.")]
    generation: Annotated[str, Field(description="Name of the index generation that answered.")]
    lang: Annotated[Language, Field(description="The language that the reader is answered in.")]
    solutions: list[SolutionOut]

    @classmethod
    def of(cls, answer: Answer) -> SearchOut:
        """An answer of the core, under a new name."""
        return cls(
            search_id=str(uuid4()),
            generation=answer.generation,
            lang=answer.lang,
            solutions=[SolutionOut.of(solution) for solution in answer.solutions],
        )
