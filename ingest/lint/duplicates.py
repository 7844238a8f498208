"""Articles of one language that say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Final

from ingest.lint.sketches import Sketch, containment, sketch
from kb.domain import Article, Confidence, Language
from kb.findings import Finding, warning
from kb.flaws import Flaw, FlawKind
from kb.folding import fold_case

ALIKE: Final = 0.8
"""Share of the shorter text from which two are nearly the same: a name and a step differ."""
_LONGER: Final = 2
"""Times that a text may be as long as another which it is compared with: more says more."""
_LEAST: Final = 50
"""Hashes in the sketch of a text that is compared: shorter ones are alike by chance."""
_TRIED: Final = 3
"""Articles with the most hashes in common are compared, so many."""
_LISTED: Final = 100
"""Articles noted for one hash: what more of them share is a phrase that stands everywhere.

These five were chosen by hand.
"""
_ENDS: Final = " .。!?"


@dataclass(slots=True)
class _Shelf:
    """The articles of one language that no earlier one resembles."""

    articles: list[Article] = field(default_factory=list)
    sketches: list[Sketch] = field(default_factory=list)
    holders: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Numbers of the articles whose sketch has a hash, by hash."""

    def nearest(self, wanted: Sketch) -> tuple[Article | None, float]:
        """The article that shares most with a text, the first of several, and how much."""
        lists = (self.holders.get(each, ()) for each in wanted.hashes.tolist())
        tried = Counter(chain.from_iterable(lists)).most_common(_TRIED)
        scored = [(self._shared(wanted, number), number) for number, _ in sorted(tried)]
        best, number = max(scored, key=itemgetter(0), default=(0.0, 0))
        return (self.articles[number] if scored else None), best

    def _shared(self, wanted: Sketch, number: int) -> float:
        other = self.sketches[number]
        fewer, more = sorted((wanted.shingles, other.shingles))
        return containment(wanted, other) if more <= _LONGER * fewer else 0.0

    def add(self, article: Article, made: Sketch) -> None:
        for each in made.hashes.tolist():
            if len(self.holders[each]) < _LISTED:
                self.holders[each].append(len(self.articles))
        self.articles.append(article)
        self.sketches.append(made)


def duplicates(articles: Sequence[Article]) -> Iterator[Finding]:
    """Each article that shares its text or a symptom phrase with an earlier one of its language.

    In order of paths. Archived articles, which nobody sees, are left out. Of many alike, each is
    told with the first.
    """
    seen = [each for each in articles if each.confidence is not Confidence.ARCHIVED]
    seen.sort(key=lambda article: article.path)
    yield from _alike(seen)
    yield from _shared_symptoms(seen)


def _alike(articles: Sequence[Article]) -> Iterator[Finding]:
    shelves = {lang: _Shelf() for lang in Language}
    for article in articles:
        made = sketch(_text(article))
        if len(made.hashes) < _LEAST:
            continue
        other, share = shelves[article.lang].nearest(made)
        if other and share >= ALIKE:
            percent = f"{share:.0%}"
            message = (
                f"{percent} of the shorter one of this and {other.path} stands in both: "
                "keep one of them, or say in each what differs"
            )
            values = {"percent": percent, "other": other.path}
            yield warning(article.path, message, Flaw(FlawKind.NEAR_DUPLICATE, values))
        else:
            shelves[article.lang].add(article, made)


def _shared_symptoms(articles: Sequence[Article]) -> Iterator[Finding]:
    first: dict[tuple[Language, str], Article] = {}
    for article in articles:
        for phrase in article.symptoms:
            told = " ".join(fold_case(phrase).split()).strip(_ENDS)
            other = first.setdefault((article.lang, told), article)
            if told and other is not article:
                message = (
                    f"the symptom {phrase!r} stands in {other.path} too: say in each what differs"
                )
                values = {"found": phrase, "other": other.path}
                yield warning(article.path, message, Flaw(FlawKind.SHARED_SYMPTOM, values))


def _text(article: Article) -> str:
    return "\n".join(block.text for section in article.sections for block in section.blocks)
