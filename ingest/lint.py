"""What a writer should mend before readers see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ingest.batches import batches, survey
from ingest.components import MarkdownReader
from kb.domain import Article, SectionKind, SolutionId
from kb.findings import Finding, Severity
from kb.library import Library
from kb.suggestion import near
from kb.taxonomy import Taxonomy
from kb.vocabulary import Vocabulary


def lint(articles: Path, vocabulary: Vocabulary, taxonomy: Taxonomy) -> list[Finding]:
    """All findings of a folder, by path."""
    surveyed = survey(Library(articles), {})
    reader = MarkdownReader()
    problems, read = list(surveyed.problems), list[Article]()
    for batch in batches(surveyed.files):
        outputs = reader.run(batch)
        problems += outputs["problems"]
        read += [sourced.article for sourced in outputs["articles"]]
    errors = [Finding(each.path, each.line, Severity.ERROR, each.reason) for each in problems]
    known = {name for article in read for name in (article.solution, *article.aliases)}
    warnings = [
        Finding(article.path, None, Severity.WARNING, message)
        for article in read
        for message in _messages(article, known, _keys(vocabulary, taxonomy))
    ]
    return sorted([*errors, *warnings], key=lambda finding: (finding.path, finding.line or 0))


def _keys(vocabulary: Vocabulary, taxonomy: Taxonomy) -> Mapping[str, Sequence[str]]:
    return {
        "topic": list(taxonomy.topics),
        "product": list(vocabulary.products),
        "system": list(vocabulary.systems),
        "host": list(vocabulary.hosts),
        "app": list(vocabulary.apps),
    }


def _messages(
    article: Article, known: set[SolutionId], keys: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    yield from _unknown_keys(article, keys)
    for related in article.related:
        if related not in known:
            yield f"related solution {related!r} does not exist{_hint(related, sorted(known))}"
    if not article.summary:
        yield "no summary: results show nothing below the title"
    if not article.symptoms:
        yield "no symptoms in the front matter: add the requestor's own words"
    if all(section.kind is not SectionKind.RESOLUTION for section in article.sections):
        yield "no section 解决方法 / Resolution: there is nothing to try"


def _unknown_keys(article: Article, keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    environment = article.environment
    used = {
        "topic": [article.topic] if article.topic else [],
        "product": environment.products,
        "system": [system.key for system in environment.systems],
        "host": environment.hosts,
        "app": environment.apps,
    }
    for name, values in used.items():
        for value in values:
            if value not in keys[name]:
                yield f"unknown {name} {value!r}{_hint(value, keys[name])}"


def _hint(value: str, choices: Sequence[str]) -> str:
    meant = near(value, choices)
    return f": did you mean {meant!r}?" if meant else ""
