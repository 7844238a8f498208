"""A whole folder as articles, for what looks at all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.batches import batches, survey
from ingest.components import MarkdownReader, Sourced
from kb.errors import BadArticle
from kb.library import Library


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of a folder, by path, and what could not be read of it."""

    sourced: tuple[Sourced, ...]
    problems: tuple[BadArticle, ...]


def shelf(articles: Path) -> Shelf:
    """Read a folder whole; raises :class:`kb.errors.KbError` if it cannot be listed."""
    surveyed = survey(Library(articles), {})
    reader = MarkdownReader()
    problems, sourced = list(surveyed.problems), list[Sourced]()
    for batch in batches(surveyed.files):
        outputs = reader.run(batch)
        problems += outputs["problems"]
        sourced += outputs["articles"]
    return Shelf(tuple(sourced), tuple(problems))
