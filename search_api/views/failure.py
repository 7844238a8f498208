"""What the page of a failure shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Something that could not be shown."""

    title: str
    text: str
