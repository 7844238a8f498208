"""A search over the wire, and how it becomes the nouns of the core and back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from kb.cases import CaseId
from kb.domain import Confidence, Language, Query, Reason, ReasonKind, Solution
from kb.knowledge_base import Found
from search_api import links
from search_api.schemas.wire import Case, EnvironmentIn, Symptom, Wire

MAX_LIMIT = 20
DEFAULT_LIMIT = 5


class SearchIn(Wire):
    """A symptom, and what the requestor states besides it."""

    symptom: Symptom
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
    case: Annotated[Case | None, Field(description="The case that this is asked for.")] = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "symptom": "手机更新到一半报错 4013",
                    "environment": {"product": "phone", "os": "ios", "version": "18.1"},
                    "lang": "zh",
                },
                {
                    "symptom": "Wi-Fi keeps dropping after the update",
                    "limit": 3,
                    "case": "CRM-2041",
                },
            ]
        }
    )

    def case_id(self) -> CaseId | None:
        """The case, if one was stated."""
        return CaseId(self.case) if self.case else None

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


_EXAMPLE: JsonDict = {
    "search_id": "0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11",
    "generation": "aac3454a07f47f81-1f2e3d4c-000007.a1b2c3",
    "lang": "zh",
    "solutions": [
        {
            "solution": "update-error-4013",
            "lang": "zh",
            "title": "更新时提示错误 4013",
            "summary": "连接中断；换线、换接口，再恢复。",
            "confidence": "not-validated",
            "score": 0.97,
            "url": "/articles/zh/update-error-4013#step-1",
            "heading": ["更新时提示错误 4013", "解决方法"],
            "excerpt": {"text": "更新到一半报错 4013。", "highlights": [[5, 7], [8, 12]]},
            "reasons": [{"kind": "words", "values": ["报错", "4013"]}],
        }
    ],
}


class SearchOut(BaseModel):
    """The solutions that were found, best first; none when nothing fits."""

    search_id: Annotated[
        str | None,
        Field(
            description="Name of this search, a UUID, for reporting what came of it; null when the "
            "search could not be recorded: report by a case number then."
        ),
    ]
    generation: Annotated[str, Field(description="Name of the index generation that answered.")]
    lang: Annotated[Language, Field(description="The language that the reader is answered in.")]
    solutions: list[SolutionOut]

    @classmethod
    def of(cls, found: Found) -> SearchOut:
        """What the core found."""
        answer = found.answer
        return cls(
            search_id=found.search,
            generation=answer.generation,
            lang=answer.lang,
            solutions=[SolutionOut.of(solution) for solution in answer.solutions],
        )

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
