"""What the page shows that leads from signing in back to a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search_api.unsent import Unsent
from search_api.wording import Words

_LABELS: Mapping[str, tuple[str, str]] = {
    "symptom": ("agent", "label"),
    "solution": ("writer", "article"),
    "verdict": ("agent", "record"),
    "note": ("agent", "note"),
    "case": ("agent", "case"),
}
"""Where the words are that name what somebody typed or chose; other fields are not shown."""


@dataclass(frozen=True, slots=True)
class ResumePage:
    """A form that was not taken, to be sent again."""

    path: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    """Label and text of what somebody typed or chose, in the order of the form."""
    home: str
    """Where to go instead."""


def resume(form: Unsent, home: str, words: Words) -> ResumePage:
    """The form, with what it holds in the reader's words."""
    shown = tuple(
        (_label(name, words), words["verdict"].get(value, value) if name == "verdict" else value)
        for name, value in form.fields
        if name in _LABELS and value.strip()
    )
    return ResumePage(form.path, form.fields, shown, home)


def _label(name: str, words: Words) -> str:
    place, key = _LABELS[name]
    return words[place][key]
