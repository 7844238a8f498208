"""A case over the wire: everything that was said of one customer's problem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb import standing
from kb.cases import CaseState, Entry, Outcome, Reopening, Retraction
from kb.domain import Principal
from search_api.schemas.outcomes import OUTCOME, OutcomeOut


class RetractionOut(BaseModel):
    """An outcome was taken back."""

    kind: Literal["retraction"] = "retraction"
    at: datetime
    case: str
    outcome: Annotated[str, Field(description="Id of what was taken back.")]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "retraction",
                    "at": "2026-03-02T09:20:00.654321Z",
                    "case": "CRM-2041",
                    "outcome": "8f0c1f6e-5a3b-4d55-b7a4-6f0c9d5b2e10",
                }
            ]
        }
    )

    @classmethod
    def of(cls, retraction: Retraction) -> RetractionOut:
        """A retraction of the core."""
        return cls(at=retraction.at, case=retraction.case, outcome=retraction.outcome)


class ReopeningOut(BaseModel):
    """The problem came back: what had solved the case did not."""

    kind: Literal["reopening"] = "reopening"
    at: datetime
    case: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "reopening", "at": "2026-03-09T08:00:00.000001Z", "case": "CRM-2041"}
            ]
        }
    )

    @classmethod
    def of(cls, reopening: Reopening) -> ReopeningOut:
        """A reopening of the core."""
        return cls(at=reopening.at, case=reopening.case)


EntryOut = Annotated[OutcomeOut | RetractionOut | ReopeningOut, Field(discriminator="kind")]


class CaseOut(BaseModel):
    """A case: what counts of it now, and everything that was said."""

    case: str
    state: CaseState
    current: Annotated[list[OutcomeOut], Field(description="The one outcome a solution counts by.")]
    history: Annotated[list[EntryOut], Field(description="The latest of it, oldest first.")]
    next: Annotated[
        int | None, Field(description="`before` of the page with what was said earlier, or null.")
    ]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case": "CRM-2041",
                    "state": "open",
                    "current": [OUTCOME],
                    "history": [OUTCOME],
                    "next": 201,
                }
            ]
        }
    )

    @classmethod
    def of(
        cls,
        history: Sequence[Entry],
        readable: Sequence[Entry],
        reader: Principal,
        *,
        before: int | None,
        limit: int,
    ) -> CaseOut:
        """Where a case stands, and at most ``limit`` of what a reader may see of its history.

        ``before`` counts what may be seen, from 1.
        """
        end = min(len(readable), before - 1 if before else len(readable))
        start = max(0, end - limit)
        return cls(
            case=history[0].case,
            state=standing.state(history),
            current=[OutcomeOut.of(each, reader) for each in standing.current(readable).values()],
            history=[_entry(each, reader) for each in readable[start:end]],
            next=start + 1 if start else None,
        )


class ErasedOut(BaseModel):
    """What was typed for a case is gone; its verdicts stay."""

    case: str
    texts: Annotated[int, Field(description="Searches and outcomes that lost a text.")]

    model_config = ConfigDict(json_schema_extra={"examples": [{"case": "CRM-2041", "texts": 3}]})


def _entry(entry: Entry, reader: Principal) -> OutcomeOut | RetractionOut | ReopeningOut:
    match entry:
        case Outcome():
            return OutcomeOut.of(entry, reader)
        case Retraction():
            return RetractionOut.of(entry)
        case Reopening():
            return ReopeningOut.of(entry)
