"""What the page shows that leads from signing in back to a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search_api.unsent import Unsent
from search_api.wording import Words

_ACTS: Mapping[str, tuple[str, str]] = {
    "/agent": ("agent", "submit"),
    "/agent/outcomes": ("agent", "record"),
    "/agent/corrections": ("agent", "correct"),
    "/agent/retractions": ("agent", "retract"),
    "/agent/reopenings": ("agent", "reopen"),
    "/outcomes": ("outcome", "submit"),
    "/log": ("log", "submit"),
}
"""Where the words are on the buttons of the forms, by where each is sent."""
_LABELS: Mapping[str, tuple[str, str]] = {
    "symptom": ("agent", "label"),
    "solution": ("writer", "article"),
    "verdict": ("resume", "verdict"),
    "note": ("agent", "note"),
    "case": ("agent", "case"),
}
"""Where the words are that name what somebody typed or chose; other fields are not shown."""


@dataclass(frozen=True, slots=True)
class ResumePage:
    """A form that was not taken, to be sent again."""

    path: str
    act: str
    """What sending it does, in the reader's words; empty for a form that we do not know."""
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    """Label and text of what somebody typed or chose, in the order of the form."""
    home: str
    """Where to go instead."""


def resume(form: Unsent, home: str, words: Words) -> ResumePage:
    """The form, with what it holds in the reader's words."""
    shown = tuple(
        (
            _words(_LABELS[name], words),
            words["verdict"].get(value, value) if name == "verdict" else value,
        )
        for name, value in form.fields
        if name in _LABELS and value.strip()
    )
    act = _words(_ACTS[form.path], words) if form.path in _ACTS else ""
    return ResumePage(form.path, act, form.fields, shown, home)


def _words(at: tuple[str, str], words: Words) -> str:
    place, key = at
    return words[place][key]
