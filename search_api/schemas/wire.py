"""What we receive over the wire, whatever it is about: strict forms and plain texts."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from kb import versions
from kb.domain import Environment, System
from kb.search import SYMPTOM_CHARACTERS

CASE_PATTERN = r"^[A-Za-z0-9._:/#-]{1,64}(@key:[a-z0-9/]{1,32})?$"
"""Of a case number, whoever gave it, and for staff whose it is.

A number may hold ``/``, and so may what follows it: a path below a case is no malformed case.
"""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]+")


def plain(text: str) -> str:
    """The text stripped, with runs of control characters (tabs and newlines aside) as a blank."""
    return _CONTROLS.sub(" ", text).strip()


def text(typed: str) -> str:
    """What somebody typed as :func:`plain` text; one with NUL is a ``ValueError``."""
    if "\0" in typed:
        raise ValueError("holds the character NUL: send text, not binary data")
    return plain(typed)


def _symptom(text: str) -> str:
    if not text:
        raise ValueError("is blank: describe what goes wrong")
    return text


Text = Annotated[str, AfterValidator(text)]
"""What somebody typed, of any length; a blank one is empty."""
Symptom = Annotated[
    str,
    Field(
        min_length=1,
        max_length=SYMPTOM_CHARACTERS,
        description="What goes wrong, in the requestor's own words, Chinese or English.",
    ),
    AfterValidator(text),
    AfterValidator(_symptom),
]
Case = Annotated[
    str,
    Field(
        pattern=CASE_PATTERN,
        description="A case number: yours, or one that an outcome was answered with. Each key of "
        "scope `search` has numbers of its own; its `CRM-2041` is `CRM-2041@key:…` to staff, who "
        "may leave that out where only one key has the number.",
        examples=["CRM-2041"],
    ),
]
Key = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, to_lower=True)
]
"""A key of the vocabulary; keys are in lower case."""
_KEYS = "a key of the vocabulary, or what people call it; any other is 422, which names them all."
"""The vocabulary is known once the application is open: :mod:`search_api.description` adds it."""


class Wire(BaseModel):
    """What we receive: unknown keys and other types than the stated ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EnvironmentIn(Wire):
    """Where the symptom occurs; whatever is absent means any."""

    product: Annotated[
        Key | None, Field(description=f"A product: {_KEYS}", examples=["phone", "iphone 15"])
    ] = None
    os: Annotated[
        Key | None, Field(description=f"An operating system: {_KEYS}", examples=["ios"])
    ] = None
    version: Annotated[
        Key | None,
        Field(description="Version of `os`, never without it; `18` is any 18.", examples=["18.1"]),
    ] = None
    host: Annotated[
        Key | None,
        Field(description=f"The computer it is connected to: {_KEYS}", examples=["windows"]),
    ] = None
    app: Annotated[
        Key | None, Field(description=f"The app it occurs in: {_KEYS}", examples=["mail"])
    ] = None

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
