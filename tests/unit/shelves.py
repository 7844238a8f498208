"""Articles for the tests of what lint finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.components import Sourced
from ingest.lint.written import Written
from ingest.lint.written import written as placed
from kb import markdown
from kb.domain import Article, Language
from kb.findings import Finding
from kb.flaws import FlawKind


def article(source: str, path: str) -> Article:
    """An article as a file at this path holds it."""
    return markdown.article(source, path=path)


def written(source: str, lang: Language = Language.ZH, *, path: str = "") -> Written:
    """An article of a file, in a language's folder unless another path is given."""
    return placed(Sourced(article(source, path or f"{lang}/a.md"), source, ""))


def told(found: Iterable[Finding]) -> list[tuple[FlawKind, int | None, Mapping[str, str]]]:
    """Kind, line and facts of each finding."""
    return [(each.flaw.kind, each.line, each.flaw.values) for each in found]
