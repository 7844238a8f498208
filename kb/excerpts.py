"""The part of a chunk that speaks to the query, with the words that both share."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate

from kb.domain import Excerpt, Span
from kb.folding import HAN

EXCERPT_CHARACTERS = 160
_LONGEST_WORD = 40
_LATIN = rf"[^\W_{HAN}]+"
_PIECE = re.compile(rf"([{HAN}]+)|{_LATIN}(?:[-_.'’]{_LATIN})*")
"""A word; Han characters are a group."""
_HAN = re.compile(f"[{HAN}]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_ITEM = re.compile(r"^ *- (?=\S)", re.MULTILINE)
"""The sign before an item: an excerpt has the items' lines, and is no list itself."""
_BREAK = re.compile(r"[。！？；!?;\n]|[.,，] ?")

Terms = Callable[[str], frozenset[str]]
"""The lexical terms of a word."""


def excerpt(
    text: str, shared: Collection[str], terms: Terms, fold: Callable[[str], str]
) -> Excerpt:
    """The stretch of at most :data:`EXCERPT_CHARACTERS` that holds most shared characters.

    ``shared`` are the query's terms. A text without any of them begins at its start. An ellipsis
    marks a cut side and counts on top of the length; the signs of list items are left out.
    """
    text = _ITEM.sub("", text)
    spans = highlights(text, shared, terms, fold)
    start, end = _window(text, spans)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    inside = (span for span in spans if span.start >= start and span.end <= end)
    moved = tuple(Span(span.start + shift, span.end + shift) for span in inside)
    return Excerpt(before + text[start:end] + after, moved)


def highlights(
    text: str, shared: Collection[str], terms: Terms, fold: Callable[[str], str]
) -> list[Span]:
    """Where a text holds shared terms: whole Latin words, stretches of Han characters.

    A number marks the word that holds it whole: 15 stands in ``iPhone15``, not in ``15.2``.
    """
    wanted = frozenset(shared)
    pieces = list(_PIECE.finditer(text))
    han = _han(pieces, [term for term in wanted if _HAN.match(term)], fold)
    latin = (
        Span(piece.start(), piece.end())
        for piece in pieces
        if not piece[1]
        and not wanted.isdisjoint(own := terms(piece[0]))
        and _speaks(fold(piece[0]), wanted & own)
    )
    return sorted([*han, *latin], key=lambda span: span.start)


def _speaks(word: str, found: Collection[str]) -> bool:
    numbers = _NUMBER.findall(word)
    return any(term in numbers or not _NUMBER.fullmatch(term) for term in found)


def _han(
    pieces: Sequence[re.Match[str]], wanted: Collection[str], fold: Callable[[str], str]
) -> Iterator[Span]:
    """Where the runs of Han characters hold these terms; all runs are folded by one call.

    A run whose length folding changes has no places to mark.
    """
    runs = [piece for piece in pieces if piece[1]] if wanted else []
    folded = fold("\n".join(piece[1] for piece in runs)) if runs else ""
    lines = folded.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for start, end in _merged(_places(folded, wanted)):
        number = bisect_right(starts, start) - 1
        run, shift = runs[number], runs[number].start() - starts[number]
        if len(lines[number]) == len(run[1]):
            yield Span(start + shift, end + shift)


def _places(text: str, wanted: Collection[str]) -> Iterator[tuple[int, int]]:
    for term in wanted:
        place = text.find(term)
        while place >= 0:
            yield place, place + len(term)
            place = text.find(term, place + 1)


def _merged(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches that meet or overlap as one, ascending."""
    begin = reached = -1
    for start, end in sorted(stretches):
        if start > reached:
            if reached > begin:
                yield begin, reached
            begin = start
        reached = max(reached, end)
    if reached > begin:
        yield begin, reached


def _window(text: str, spans: list[Span]) -> tuple[int, int]:
    if len(text) <= EXCERPT_CHARACTERS:
        return 0, len(text)
    starts = {0, *(_sentence_start(text, span.start) for span in spans)}
    covered = _coverage(spans)
    start = max(starts, key=lambda start: (covered(start), -start))
    return start, _word_end(text, start + EXCERPT_CHARACTERS)


def _coverage(spans: list[Span]) -> Callable[[int], int]:
    """How many marked characters a stretch holds that begins at a place."""
    begins, ends = [span.start for span in spans], [span.end for span in spans]
    sums = [0, *accumulate(span.end - span.start for span in spans)]

    def covered(start: int) -> int:
        first = bisect_left(begins, start)
        last = bisect_right(ends, start + EXCERPT_CHARACTERS)
        return sums[max(first, last)] - sums[first]

    return covered


def _word_end(text: str, end: int) -> int:
    """The end, or the one before the Latin word that it would cut; a word without end is cut."""
    if end >= len(text):
        return len(text)
    cut = re.search(rf"{_LATIN}\Z", text[max(end - _LONGEST_WORD, 0) : end])
    whole = cut is None or not re.match(_LATIN, text[end]) or len(cut[0]) == _LONGEST_WORD
    return end if whole or cut is None else end - len(cut[0])


def _sentence_start(text: str, place: int) -> int:
    nearest = max(place - EXCERPT_CHARACTERS // 3, 0)
    breaks = [match.end() for match in _BREAK.finditer(text, nearest, place)]
    return breaks[0] if breaks else place
