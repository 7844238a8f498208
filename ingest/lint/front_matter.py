"""What articles name that does not exist, and what they lack."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kb.domain import Article, SectionKind, SolutionId
from kb.findings import Finding, Severity
from kb.flaws import Flaw, FlawKind
from kb.suggestion import near
from kb.taxonomy import Taxonomy
from kb.vocabulary import Vocabulary


def front_matter(
    articles: Sequence[Article], vocabulary: Vocabulary, taxonomy: Taxonomy
) -> Iterator[Finding]:
    """Unknown keys, unknown related solutions and missing parts, by article."""
    known = {name for article in articles for name in (article.solution, *article.aliases)}
    keys = _keys(vocabulary, taxonomy)
    for article in articles:
        for message, flaw in _flaws(article, known, keys):
            yield Finding(article.path, None, Severity.WARNING, message, flaw)


def _keys(vocabulary: Vocabulary, taxonomy: Taxonomy) -> Mapping[str, Sequence[str]]:
    return {
        "topic": list(taxonomy.topics),
        "product": list(vocabulary.products),
        "system": list(vocabulary.systems),
        "host": list(vocabulary.hosts),
        "app": list(vocabulary.apps),
    }


def _flaws(
    article: Article, known: Collection[SolutionId], keys: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Flaw]]:
    """Each flaw in English, and for any language."""
    yield from _unknown_keys(article, keys)
    for related in article.related:
        if related not in known:
            meant = near(related, sorted(known)) or ""
            message = f"related solution {related!r} does not exist{_hint(meant)}"
            yield message, Flaw(FlawKind.UNKNOWN_RELATED, {"found": related, "meant": meant})
    if not article.summary:
        yield "no summary: results show nothing below the title", Flaw(FlawKind.NO_SUMMARY)
    if not article.symptoms:
        message = "no symptoms in the front matter: add the requestor's own words"
        yield message, Flaw(FlawKind.NO_SYMPTOMS)
    if all(section.kind is not SectionKind.RESOLUTION for section in article.sections):
        message = "no section 解决方法 / Resolution: there is nothing to try"
        yield message, Flaw(FlawKind.NO_RESOLUTION)


def _unknown_keys(
    article: Article, keys: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Flaw]]:
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
                meant = near(value, keys[name]) or ""
                flaw = Flaw(FlawKind(f"unknown-{name}"), {"found": value, "meant": meant})
                yield f"unknown {name} {value!r}{_hint(meant)}", flaw


def _hint(meant: str) -> str:
    return f": did you mean {meant!r}?" if meant else ""
