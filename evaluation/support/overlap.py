"""How much queries copy from the symptom phrases of articles: a copied query is found by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluation import report
from evaluation.support.queries import SupportQuery, Tongue
from evaluation.weakness import percentile
from kb.domain import Article
from kb.folding import fold_case

WORDS, CHARACTERS = 3, 4
"""The length of a gram: words of English queries, characters of the others."""
COPIED = 0.5
"""Of any language's queries at most one in twenty may share more of its grams with a phrase."""
_WORD = re.compile(r"\w+")
_SHARES = {"median": 0.5, "95th percentile": 0.95, "maximum": 1.0}


@dataclass(frozen=True, slots=True)
class Overlap:
    """What one query shares with the phrase that it shares most with; both in [0, 1]."""

    run: float
    """The longest piece found in a phrase, as a share of the query."""
    grams: float
    """The share of the query's grams that one phrase holds; 0 where it is shorter than a gram."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases, ready to be compared with queries of one kind."""

    english: bool
    """Whether they are cut into words, else into characters."""
    lines: str
    """All of them, a line each."""
    holders: Mapping[str, Sequence[int]]
    """The numbers of the phrases that hold a gram."""


def phrases(articles: Iterable[Article], *, english: bool) -> Phrases:
    """The symptom phrases of articles in any language."""
    lines = {_line(_cut(each, english=english)) for a in articles for each in a.symptoms}
    holders: dict[str, list[int]] = {}
    for number, line in enumerate(sorted(lines)):
        for gram in _grams(line.split(), english=english):
            holders.setdefault(gram, []).append(number)
    return Phrases(english, "\n".join(sorted(lines)), holders)


def overlap(query: str, known: Phrases) -> Overlap:
    """What a query shares, once case, script, width and signs are folded away."""
    pieces = _cut(query, english=known.english)
    grams = _grams(pieces, english=known.english)
    held = Counter(number for gram in grams for number in known.holders.get(gram, ()))
    return Overlap(
        run=_longest(pieces, known.lines) / len(pieces) if pieces else 0.0,
        grams=max(held.values(), default=0) / len(grams) if grams else 0.0,
    )


def copied(query: str, known: Phrases) -> bool:
    """Whether a query is a phrase, word for word."""
    line = _line(_cut(query, english=known.english))
    return f"\n{line}\n" in f"\n{known.lines}\n"


def overlaps(
    queries: Iterable[SupportQuery], articles: Sequence[Article]
) -> dict[Tongue, list[Overlap]]:
    """What the queries of each language share; a language without queries is left out."""
    known = {english: phrases(articles, english=english) for english in (True, False)}
    found: dict[Tongue, list[Overlap]] = {}
    for query in queries:
        shared = overlap(query.text, known[query.lang is Tongue.EN])
        found.setdefault(query.lang, []).append(shared)
    return dict(sorted(found.items()))


def table(found: Mapping[Tongue, Sequence[Overlap]]) -> list[str]:
    """The shares as a Markdown table."""
    return report.table(("language", "queries", "share", *_SHARES), list(_rows(found)))


def _rows(found: Mapping[Tongue, Sequence[Overlap]]) -> Iterator[list[str]]:
    for lang, each in found.items():
        size = f"{WORDS} words" if lang is Tongue.EN else f"{CHARACTERS} characters"
        for name, values in (
            ("longest piece", [one.run for one in each]),
            (f"pieces of {size}", [one.grams for one in each]),
        ):
            shares = [f"{percentile(values, share):.2f}" for share in _SHARES.values()]
            yield [lang, str(len(values)), name, *shares]


def _cut(text: str, *, english: bool) -> list[str]:
    words = _WORD.findall(fold_case(text))
    return words if english else list("".join(words))


def _line(pieces: Sequence[str]) -> str:
    """Blanks around each piece, so that no half of a word is found."""
    return f" {' '.join(pieces)} "


def _grams(pieces: Sequence[str], *, english: bool) -> set[str]:
    size = WORDS if english else CHARACTERS
    return {" ".join(pieces[at : at + size]) for at in range(len(pieces) - size + 1)}


def _longest(pieces: Sequence[str], lines: str) -> int:
    """How many pieces in a row are found in a line at most."""
    best = 0
    for start in range(len(pieces)):
        while start + best < len(pieces) and _line(pieces[start : start + best + 1]) in lines:
            best += 1
    return best
