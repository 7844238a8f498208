"""What came of solutions over the wire, and how it becomes the nouns of the core and back."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from kb.casebook.reading import Page
from kb.cases import (
    NOT_TRIED,
    CaseId,
    Correction,
    Outcome,
    Report,
    SearchId,
    Source,
    Verdict,
)
from kb.domain import Principal, SolutionId
from search_api.schemas.wire import Case, EnvironmentIn, Symptom, Wire, text

NOTE_CHARACTERS = 2_000
MOST_TRIED = 100
_TRIED = (
    "It was the first, second … solution that was tried; 0 = it was not tried, as it is not "
    "for this problem or device."
)
_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

VerdictIn = Annotated[
    Literal["solved", "partly", "not_solved", "wrong"],
    Field(
        description="What trying the solution did; `wrong` = it says something false. What is not "
        "for this problem or device is `not_solved` with `tried` 0."
    ),
]
Note = Annotated[
    str,
    Field(
        max_length=NOTE_CHARACTERS,
        description="A remark for support staff; personal numbers are taken out of it.",
    ),
    AfterValidator(text),
]
Tried = Annotated[
    int,
    Field(ge=NOT_TRIED, le=MOST_TRIED, description=_TRIED),
]


class OutcomeIn(Wire):
    """What trying a solution did, known by its search, its case, or else its symptom."""

    solution: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="The solution that was tried, as a search names it.",
        ),
        AfterValidator(lambda name: unicodedata.normalize("NFC", name)),
    ]
    verdict: VerdictIn
    search_id: Annotated[
        str | None,
        Field(pattern=_UUID, description="The search that showed it. Customers state this one."),
    ] = None
    case: Annotated[
        Case | None, Field(description="The case; absent = that of the search, or a new one.")
    ] = None
    tried: Tried | None = None
    note: Note | None = None
    symptom: Annotated[
        Symptom | None, Field(description="What the case is about, where no search tells it.")
    ] = None
    environment: Annotated[
        EnvironmentIn, Field(description="Where it occurs, where no search tells it.")
    ] = EnvironmentIn()

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "search_id": "0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11",
                    "solution": "update-error-4013",
                    "verdict": "solved",
                },
                {
                    "case": "CRM-2041",
                    "solution": "wifi-fails-after-update",
                    "verdict": "not_solved",
                    "tried": 2,
                    "note": "重启后仍然连不上",
                    "symptom": "升级之后连不上 Wi-Fi",
                    "environment": {"product": "phone", "os": "ios", "version": "18.1"},
                },
            ]
        }
    )

    def report(self) -> Report:
        """The same as the core says it."""
        return Report(
            solution=SolutionId(self.solution),
            verdict=Verdict(self.verdict),
            search=SearchId(self.search_id) if self.search_id else None,
            case=CaseId(self.case) if self.case else None,
            tried=self.tried,
            note=self.note or None,
            symptom=self.symptom,
            environment=self.environment.environment(),
        )


class CorrectionIn(Wire):
    """What should have been said; what is absent stays as it was, a blank note removes it."""

    verdict: VerdictIn
    tried: Tried | None = None
    note: Note | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "partly", "note": "works until a restart"}]}
    )

    def correction(self) -> Correction:
        """The same as the core says it."""
        return Correction(Verdict(self.verdict), self.tried, self.note)


OUTCOME: JsonDict = {
    "kind": "outcome",
    "id": "8f0c1f6e-5a3b-4d55-b7a4-6f0c9d5b2e10",
    "at": "2026-03-02T09:15:00.123456Z",
    "case": "CRM-2041",
    "solution": "wifi-fails-after-update",
    "verdict": "not_solved",
    "source": "agent",
    "search_id": "0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11",
    "corrects": "5d0a1c52-9a4e-4b1f-8f43-2f6f7b1d9c33",
    "tried": 2,
    "note": "重启后仍然连不上",
}
"""An example; FastAPI leaves out of the document what has no value."""


class OutcomeOut(BaseModel):
    """What trying a solution did for a case."""

    kind: Literal["outcome"] = "outcome"
    id: Annotated[str, Field(description="A UUID, for a correction or retraction.")]
    at: datetime
    case: Annotated[str, Field(description="The case that it counts for.")]
    solution: str
    verdict: Verdict
    source: Annotated[Source, Field(description="Whose word it is.")]
    search_id: str | None
    corrects: Annotated[str | None, Field(description="The outcome that it stands for now.")]
    tried: Annotated[int | None, Field(description=_TRIED)]
    note: Annotated[str | None, Field(description="Null also for whoever may not read it.")]

    model_config = ConfigDict(json_schema_extra={"examples": [OUTCOME]})

    @classmethod
    def of(cls, outcome: Outcome, reader: Principal) -> OutcomeOut:
        """An outcome of the core, with the notes of others for staff alone."""
        own = reader.staff or reader.actor == outcome.actor
        return cls(
            id=outcome.id,
            at=outcome.at,
            case=outcome.case,
            solution=outcome.solution,
            verdict=outcome.verdict,
            source=outcome.source,
            search_id=outcome.search,
            corrects=outcome.corrects,
            tried=outcome.tried,
            note=(outcome.note or None) if own else None,
        )


class Counts(BaseModel):
    """How many cases stand at each verdict now."""

    solved: int
    partly: int
    not_solved: int
    wrong: int

    @classmethod
    def of(cls, counts: Mapping[Verdict, int]) -> Counts:
        """Counts of the core; what is absent is 0."""
        return cls(**{verdict.value: counts.get(verdict, 0) for verdict in Verdict})


class SolutionOutcomesOut(BaseModel):
    """What came of one solution."""

    solution: str
    counts: Counts
    outcomes: Annotated[
        list[OutcomeOut],
        Field(description="Newest first, also those that were corrected or taken back."),
    ]
    next: Annotated[
        int | None,
        Field(description="`before` of the next page; null on the last one."),
    ]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "solution": "wifi-fails-after-update",
                    "counts": {"solved": 12, "partly": 3, "not_solved": 5, "wrong": 0},
                    "outcomes": [OUTCOME],
                    "next": 4711,
                }
            ]
        }
    )

    @classmethod
    def of(
        cls, solution: SolutionId, counts: Mapping[Verdict, int], page: Page, reader: Principal
    ) -> SolutionOutcomesOut:
        """One page of the core's outcomes."""
        return cls(
            solution=solution,
            counts=Counts.of(counts),
            outcomes=[OutcomeOut.of(each, reader) for each in page.outcomes],
            next=page.before,
        )
