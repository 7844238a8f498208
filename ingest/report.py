"""What an ingest tells while it runs and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.errors import BadArticle
from kb.revising import Counts

Progress = Callable[[int, int], None]
"""Told the bytes done and the bytes in all."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did, or in a dry run would do."""

    generation: str | None
    """Served afterwards; ``None`` when there is none yet."""
    published: bool
    files: int
    changed: int
    """Files that were read because they are new or differ."""
    gone: int
    """Articles that no file holds any more."""
    counts: Counts
    encoded: int
    """Texts that had to be encoded."""
    problems: tuple[BadArticle, ...]
