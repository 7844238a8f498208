"""What pages show, made from the nouns of the core and the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from kb import markdown
from kb.domain import (
    Answer,
    Article,
    Boundary,
    Excerpt,
    Language,
    Reason,
    ReasonKind,
    Solution,
    Visibility,
)
from kb.search import SYMPTOM_CHARACTERS
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
    state: str
    """Of the article, where a reader should know; empty for a validated one."""
    language: str
    """Empty for the reader's own."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The search field and, once something was asked, what was found."""

    symptom: str = ""
    flaw: str = ""
    """What keeps the query from being answered, in the reader's words."""
    cards: tuple[Card, ...] | None = None
    """``None`` = nothing was asked yet."""
    longest: int = SYMPTOM_CHARACTERS
    """Characters that the field takes."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article."""

    url: str
    lang: Language
    title: str
    summary: str
    state: str
    language: str
    html: Markup
    beyond: str
    """Who helps when the steps do not; empty when it is the reader."""
    translation: str
    """Address of the article in the reader's language, if it is not in that already."""


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Something that could not be shown."""

    title: str
    text: str


_LABELLED = ReasonKind.OTHER_LANGUAGE
"""The label with the language says it already."""


def results(symptom: str, answer: Answer, words: Words) -> SearchPage:
    """The page of an answer."""
    cards = tuple(_card(solution, answer.lang, words) for solution in answer.solutions)
    return SearchPage(symptom, cards=cards)


def reading(
    article: Article, lang: Language, visible: Visibility, words: Words, translation: str
) -> ArticlePage:
    """The page of an article for a reader of ``lang``; ``translation`` is its address there."""
    own = article.boundary is Boundary.SELF_SERVICE
    foreign = None if article.lang is lang else article.lang
    # Safe by the contract of kb.markdown: it lets no markup through but its own.
    html = Markup(markdown.html(article.body, article.title, audiences=visible.audiences))  # noqa: S704
    return ArticlePage(
        url=links.page(article.id),
        lang=article.lang,
        title=article.title,
        summary=article.summary,
        state=words["confidence"].get(article.confidence, ""),
        language=words["language"][foreign] if foreign else "",
        html=html,
        beyond="" if own else words["boundary"][article.boundary],
        translation=translation if foreign else "",
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


def _card(solution: Solution, lang: Language, words: Words) -> Card:
    foreign = None if solution.lang is lang else solution.lang
    return Card(
        url=links.page(solution.article, solution.anchor),
        lang=solution.lang,
        title=solution.title,
        summary=solution.summary,
        place=" › ".join(part for part in solution.heading if part != solution.title),
        pieces=tuple(pieces(solution.excerpt)),
        state=words["confidence"].get(solution.confidence, ""),
        language=words["language"][foreign] if foreign else "",
        reasons=tuple(_reason(r, words) for r in solution.reasons if r.kind is not _LABELLED),
    )


def _reason(reason: Reason, words: Words) -> str:
    values = words["site"]["comma"].join(reason.values)
    return words["reason"][reason.kind].replace("{values}", values)
