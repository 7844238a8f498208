"""What articles name that does not exist, and what they lack."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.lint.readers import Readers, readers
from kb.domain import Article, Audience, SectionKind, SolutionId
from kb.findings import Finding, warning
from kb.flaws import Flaw, FlawKind
from kb.suggestion import guesser, hint, near
from kb.taxonomy import Taxonomy
from kb.vocabulary import Vocabulary

_LEAST_SYMPTOMS: Final = 3
"""Half of the least that writers are asked for. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What an article may name."""

    solutions: Mapping[SolutionId, Readers]
    """Every name of a solution -> those who may read it in some language."""
    keys: Mapping[str, Sequence[str]]
    guessed: Callable[[str, Collection[str]], str]


def front_matter(
    articles: Sequence[Article], vocabulary: Vocabulary, taxonomy: Taxonomy
) -> Iterator[Finding]:
    """Unknown keys, unknown or hidden related solutions and missing parts, by article."""
    known = _Known(_solutions(articles), _keys(vocabulary, taxonomy), guesser())
    for article in articles:
        for message, flaw in _flaws(article, known):
            yield warning(article.path, message, flaw)


def _solutions(articles: Sequence[Article]) -> Mapping[SolutionId, Readers]:
    most: dict[SolutionId, Readers] = {}
    for article in articles:
        for name in (article.solution, *article.aliases):
            most[name] = max(most.get(name, Readers.NOBODY), readers(article))
    return dict(sorted(most.items()))


def _keys(vocabulary: Vocabulary, taxonomy: Taxonomy) -> Mapping[str, Sequence[str]]:
    return {
        "topic": list(taxonomy.topics),
        "product": list(vocabulary.products),
        "system": list(vocabulary.systems),
        "host": list(vocabulary.hosts),
        "app": list(vocabulary.apps),
    }


def _flaws(article: Article, known: _Known) -> Iterator[tuple[str, Flaw]]:
    """Each flaw in English, and for any language."""
    yield from _unknown_keys(article, known.keys)
    yield from _related(article, known)
    yield from _lacking(article)


def _related(article: Article, known: _Known) -> Iterator[tuple[str, Flaw]]:
    for related in article.related:
        theirs = known.solutions.get(related)
        if theirs is None:
            meant = known.guessed(related, known.solutions)
            message = f"related solution {related!r} does not exist{hint(meant)}"
            yield message, Flaw(FlawKind.UNKNOWN_RELATED, {"found": related, "meant": meant})
        elif theirs < readers(article):
            message = f"readers of this may not see the related solution {related!r}: leave it out"
            yield message, Flaw(FlawKind.HIDDEN_RELATED, {"found": related})


def _lacking(article: Article) -> Iterator[tuple[str, Flaw]]:
    if not article.topic:
        yield "no topic: name one of kb/taxonomy.yaml", Flaw(FlawKind.NO_TOPIC)
    if not article.summary:
        yield "no summary: results show nothing below the title", Flaw(FlawKind.NO_SUMMARY)
    count = len(article.symptoms)
    if not count:
        message = "no symptoms in the front matter: add the requestor's own words"
        yield message, Flaw(FlawKind.NO_SYMPTOMS)
    elif count < _LEAST_SYMPTOMS:
        message = (
            f"too few symptoms in the front matter, {count}: write 6 to 12 as people type them"
        )
        yield message, Flaw(FlawKind.FEW_SYMPTOMS, {"count": str(count)})
    if not _resolved(article):
        message = "no section 解决方法 / Resolution: there is nothing to try"
        yield message, Flaw(FlawKind.NO_RESOLUTION)


def _resolved(article: Article) -> bool:
    """Whether its readers see a resolution."""
    staff = article.audience is Audience.INTERNAL
    return any(
        section.kind is SectionKind.RESOLUTION and (staff or not section.internal)
        for section in article.sections
    )


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
                yield f"unknown {name} {value!r}{hint(meant)}", flaw
