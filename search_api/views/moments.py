"""A point in time as pages tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that the page tells in UTC and a browser by the reader's clock."""

    text: str
    """``2026-11-22 14:05 UTC``."""
    instant: str
    """The same for the browser: ``2026-11-22T14:05Z``."""


def moment(at: datetime) -> Moment:
    """To the minute; ``at`` is in UTC."""
    return Moment(f"{at:%Y-%m-%d %H:%M} UTC", f"{at:%Y-%m-%dT%H:%M}Z")
