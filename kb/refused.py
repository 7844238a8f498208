"""Why a value of front matter is refused, in English and for any language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kb.domain import Audience, Boundary, Confidence
from kb.flaws import Flaw, FlawKind
from kb.suggestion import choices, near

MAX_SUMMARY: Final = 300
"""Characters: it is one sentence, and stands whole in every result."""
_KNOWN: Final[Mapping[str, type[StrEnum]]] = {
    "audience": Audience,
    "confidence": Confidence,
    "boundary": Boundary,
}
_KINDS: Final[Mapping[str, FlawKind]] = {
    "id": FlawKind.BAD_ID,
    "aliases": FlawKind.BAD_ID,
    "related": FlawKind.BAD_ID,
    "environment": FlawKind.BAD_ENVIRONMENT,
    "verified": FlawKind.BAD_DATE,
    "summary": FlawKind.LONG_SUMMARY,
}
"""What a value that does not do is called; those of other keys are bad values."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A key, or its value, that the check of front matter did not take."""

    key: str
    kind: str
    """Of the error, as pydantic names it."""
    given: str
    keys: Collection[str]
    """All that there are."""

    def reason(self, message: str) -> str:
        """What the command line says; ``message`` is pydantic's or our own."""
        if self.kind == "extra_forbidden":
            return f"unknown key {self.key!r}: {choices(self.key, self.keys)}"
        if self.kind == "enum":
            return f"{self.key}: {self.given!r} is unknown: {choices(self.given, _KNOWN[self.key])}"
        said = "write a date such as 2026-03-02" if self.kind.startswith("date") else message
        return f"{self.key}: {said.removeprefix('Value error, ')} (found {self.given!r})"

    def flaw(self) -> Flaw:
        """The same for any language."""
        values = {"key": self.key, "found": self.given}
        if self.kind == "extra_forbidden":
            return Flaw(FlawKind.UNKNOWN_KEY, {"found": self.key, **_hints(self.key, self.keys)})
        if self.kind == "enum":
            hints = _hints(self.given, _KNOWN[self.key])
            return Flaw(FlawKind.UNKNOWN_VALUE, {**values, **hints})
        # What is no text at all has none of the other forms either.
        known = {} if self.kind == "string_type" else _KINDS
        kind = known.get(self.key, FlawKind.BAD_VALUE)
        most = {"most": str(MAX_SUMMARY)} if kind is FlawKind.LONG_SUMMARY else {}
        return Flaw(kind, {**values, **most})


def _hints(word: str, known: Iterable[str]) -> dict[str, str]:
    words = sorted(str(each) for each in known)
    return {"choices": ", ".join(words), "meant": near(word, words) or ""}
