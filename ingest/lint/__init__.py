"""What a writer should mend before readers see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

from ingest.lint.dead_links import dead_links
from ingest.lint.duplicates import duplicates
from ingest.lint.foreign import foreign
from ingest.lint.front_matter import front_matter
from ingest.lint.headings import headings
from ingest.lint.personal import personal
from ingest.lint.readability import readability
from ingest.lint.steps import steps
from ingest.lint.translations import translations
from ingest.lint.written import Written, written
from ingest.reading import shelf
from kb.findings import Finding, Severity
from kb.taxonomy import Taxonomy
from kb.vocabulary import Vocabulary


def lint(articles: Path, vocabulary: Vocabulary, taxonomy: Taxonomy) -> list[Finding]:
    """All findings of a folder, by path."""
    folder = shelf(articles)
    read = [each.article for each in folder.sourced]
    unread = {problem.path for problem in folder.problems}
    codes = {code for article in read for code in article.error_codes}
    findings = [
        *(
            Finding(each.path, each.line, Severity.ERROR, each.reason, each.flaw)
            for each in folder.problems
        ),
        *front_matter(read, vocabulary, taxonomy),
        *dead_links(folder.sourced, unread),
        *chain.from_iterable(_alone(written(each), codes) for each in folder.sourced),
        *duplicates(read),
        *translations(read, unread),
    ]
    return sorted(findings, key=lambda finding: (finding.path, finding.line or 0))


def _alone(article: Written, codes: Collection[str]) -> Iterator[Finding]:
    """What is wrong with an article whatever the others say."""
    yield from headings(article)
    yield from steps(article)
    yield from readability(article)
    yield from foreign(article)
    yield from personal(article, codes)
