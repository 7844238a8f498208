"""Articles of one language that say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from ingest.lint.sketches import Sketch, resemblance, sketch
from kb.domain import Article, Confidence, Language
from kb.findings import Finding, Severity
from kb.flaws import Flaw, FlawKind
from kb.folding import fold_case

ALIKE: Final = 0.8
"""Share of common shingles from which two texts are nearly the same: a name and a step differ."""
_LEAST: Final = 50
"""Hashes in the sketch of a text that is compared: shorter ones are alike by chance."""
_TRIED: Final = 3
"""Articles with the most hashes in common are compared, so many."""
_LISTED: Final = 100
"""Articles noted for one hash: what more of them share is a phrase that stands everywhere."""
_ENDS: Final = " .。!?…"


@dataclass(slots=True)
class _Shelf:
    """The articles of one language that no earlier one resembles."""

    articles: list[Article] = field(default_factory=list)
    sketches: list[Sketch] = field(default_factory=list)
    holders: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Numbers of the articles whose sketch has a hash, by hash."""

    def nearest(self, wanted: Sketch) -> tuple[Article | None, float]:
        """The article that a text resembles most, and how much."""
        lists = (self.holders.get(each, ()) for each in wanted.tolist())
        tried = Counter(chain.from_iterable(lists)).most_common(_TRIED)
        scored = [(resemblance(wanted, self.sketches[number]), -number) for number, _ in tried]
        best, number = max(scored, default=(0.0, 0))
        return (self.articles[-number] if scored else None), best

    def add(self, article: Article, made: Sketch) -> None:
        for each in made.tolist():
            if len(self.holders[each]) < _LISTED:
                self.holders[each].append(len(self.articles))
        self.articles.append(article)
        self.sketches.append(made)


def duplicates(articles: Sequence[Article]) -> Iterator[Finding]:
    """Each article whose text or symptom phrase an earlier one of its language has, by path.

    Archived articles, which nobody sees, are left out. Of many alike, each is told with the first.
    """
    seen = [each for each in articles if each.confidence is not Confidence.ARCHIVED]
    seen.sort(key=lambda article: article.path)
    yield from _alike(seen)
    yield from _shared_symptoms(seen)


def _alike(articles: Sequence[Article]) -> Iterator[Finding]:
    shelves = {lang: _Shelf() for lang in Language}
    for article in articles:
        made = sketch(_text(article))
        if len(made) < _LEAST:
            continue
        other, share = shelves[article.lang].nearest(made)
        if other and share >= ALIKE:
            percent = f"{share:.0%}"
            message = f"{percent} of the text stands in {other.path} too: keep one of them"
            values = {"percent": percent, "other": other.path}
            yield _warning(article, message, Flaw(FlawKind.NEAR_DUPLICATE, values))
        else:
            shelves[article.lang].add(article, made)


def _shared_symptoms(articles: Sequence[Article]) -> Iterator[Finding]:
    first: dict[tuple[Language, str], Article] = {}
    for article in articles:
        for phrase in article.symptoms:
            told = " ".join(fold_case(phrase).split()).strip(_ENDS)
            other = first.setdefault((article.lang, told), article)
            if other is not article:
                message = f"the symptom {phrase!r} stands in {other.path} too: say what differs"
                values = {"found": phrase, "other": other.path}
                yield _warning(article, message, Flaw(FlawKind.SHARED_SYMPTOM, values))


def _text(article: Article) -> str:
    return "\n".join(block.text for section in article.sections for block in section.blocks)


def _warning(article: Article, message: str, flaw: Flaw) -> Finding:
    return Finding(article.path, None, Severity.WARNING, message, flaw)
