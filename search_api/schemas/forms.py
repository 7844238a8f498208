"""What the forms of our pages send; every field is text, an empty one was left empty."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kb.cases import Verdict
from search_api.complaints import Complaint
from search_api.presses import Press
from search_api.schemas.asking import Asked
from search_api.schemas.case_numbers import fits, spelt
from search_api.schemas.wire import CASE_PATTERN, plain

NOTE_CHARACTERS = 2000
_ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def _case(number: str) -> str:
    if number and not fits(number):
        raise ValueError(f"is no case number: it must match {CASE_PATTERN}")
    return number


Id = Annotated[str, Field(pattern=_ID)]
"""A random id of ours: a search's or an outcome's."""
MaybeId = Annotated[str, Field(pattern=f"{_ID}|^$")]
MaybeCase = Annotated[str, AfterValidator(spelt), AfterValidator(_case)]


def is_id(text: str) -> bool:
    """Whether a text may be an id of ours."""
    return re.fullmatch(_ID, text) is not None


def _one_newline(text: str) -> str:
    """Forms send every line end as two characters, which a field's limit counts as one."""
    return text.replace("\r\n", "\n")


Text = Annotated[str, AfterValidator(plain)]
"""What somebody typed, without control characters."""
Note = Annotated[
    str, AfterValidator(_one_newline), Field(max_length=NOTE_CHARACTERS), AfterValidator(plain)
]


class Form(BaseModel):
    """A form of ours; browsers may add fields, which are not read."""

    model_config = ConfigDict(frozen=True)


class LogForm(Asked):
    """A pasted log, and what the search page stated besides it."""

    log: Text = ""


class OutcomeForm(Form):
    """What trying a solution did."""

    search: Id
    article: Annotated[str, Field(pattern="^(zh|en)/.", max_length=1000)]
    verdict: Verdict
    complaint: Complaint | None = None
    note: Note = ""


class AgentSearchForm(Form):
    """What a customer told an agent."""

    symptom: Annotated[str, AfterValidator(_one_newline), AfterValidator(plain)] = ""
    case: Annotated[str, AfterValidator(spelt)] = ""
    """Of any form: the page tells what a number may hold, and gives back what was typed."""


class AgentPlace(Form):
    """Where on the agent's page a form stands, to come back to."""

    s: MaybeId = ""
    """The search."""
    case: MaybeCase = ""


class VerdictForm(AgentPlace):
    """What trying a solution did, told by an agent."""

    solution: Annotated[str, Field(min_length=1, max_length=1000)]
    number: Annotated[int, Field(ge=1, le=100)] = 1
    """Its place on the page."""
    verdict: Press
    note: Note = ""


class CorrectionForm(AgentPlace):
    """What an agent says instead of an outcome."""

    outcome: Id
    verdict: Press


class RetractionForm(AgentPlace):
    """An outcome that an agent takes back."""

    outcome: Id
