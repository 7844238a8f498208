"""One solution in a list of solutions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain import Audience, Excerpt, Language, Reason, ReasonKind, Solution
from search_api import links
from search_api.wording import Words


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt, marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One solution in a list."""

    url: str
    lang: Language
    title: str
    summary: str
    place: str
    """Where in the article the excerpt stands; empty for its top."""
    pieces: tuple[Piece, ...]
    internal_excerpt: bool
    """Whether the excerpt is for staff alone, though the article may not be."""
    state: str
    """Of the article, where a reader should know; empty for a validated one."""
    internal: bool
    """Whether the article is for staff alone."""
    language: str
    """Empty for the reader's own."""
    reasons: tuple[str, ...]


_LABELLED = ReasonKind.OTHER_LANGUAGE
"""The label with the language says it already."""


def card(solution: Solution, lang: Language, words: Words, *, query: str = "") -> Card:
    """The card of a solution for a reader of ``lang``; ``query`` goes into its link."""
    foreign = None if solution.lang is lang else solution.lang
    return Card(
        url=links.page(solution.article, solution.anchor, query=query),
        lang=solution.lang,
        title=solution.title,
        summary=solution.summary,
        place=" › ".join(part for part in solution.heading if part != solution.title),
        pieces=tuple(pieces(solution.excerpt)),
        internal_excerpt=solution.excerpt.audience is Audience.INTERNAL,
        state=words["confidence"].get(solution.confidence, ""),
        internal=solution.audience is Audience.INTERNAL,
        language=words["language"][foreign] if foreign else "",
        reasons=tuple(_reason(r, words) for r in solution.reasons if r.kind is not _LABELLED),
    )


def pieces(excerpt: Excerpt) -> Iterator[Piece]:
    """The excerpt cut at its highlights, nothing lost; no piece is empty."""
    end = 0
    for span in excerpt.highlights:
        yield from _piece(excerpt.text[end : span.start], marked=False)
        yield from _piece(excerpt.text[span.start : span.end], marked=True)
        end = span.end
    yield from _piece(excerpt.text[end:], marked=False)


def _piece(text: str, *, marked: bool) -> Iterator[Piece]:
    if text:
        yield Piece(text, marked)


def _reason(reason: Reason, words: Words) -> str:
    values = words["site"]["comma"].join(reason.values)
    return words["reason"][reason.kind].replace("{values}", values)
