"""What the page of an article shows, and the page that thanks for an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from kb.cases import Outcome, Verdict
from kb.domain import Article, Boundary, Language, Visibility
from search_api import links
from search_api.complaints import Complaint, told
from search_api.schemas.forms import NOTE_CHARACTERS
from search_api.views import markup
from search_api.wording import Words


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader has said of the solution so far; empty before they have."""

    verdict: str = ""
    complaint: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeForm:
    """Did it solve the problem? Tied to the search that the reader came from."""

    search: str
    solution: str
    lang: Language
    said: Said
    verdicts: tuple[Verdict, ...] = (Verdict.SOLVED, Verdict.PARTLY, Verdict.NOT_SOLVED)
    complaints: tuple[Complaint, ...] = tuple(Complaint)
    longest_note: int = NOTE_CHARACTERS


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article."""

    url: str
    lang: Language
    title: str
    summary: str
    state: str
    internal: bool
    language: str
    html: Markup
    beyond: str
    """Who helps when the steps do not; empty when it is the reader."""
    translation: str
    """Address of the article in the reader's language, if it is not in that already."""
    form: OutcomeForm | None
    """``None`` for a reader who did not come from a search of theirs."""


@dataclass(frozen=True, slots=True)
class Next:
    """A solution of the same search that was not tried yet."""

    url: str
    lang: Language
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class ThanksPage:
    """What the reader said was kept, and what they can do now."""

    verdict: Verdict
    title: str
    """Empty when the reader may not see the article any more."""
    change: str
    """Address of the form that changes it; empty likewise."""
    case: str
    next: tuple[Next, ...]


def reading(
    article: Article, lang: Language, visible: Visibility, words: Words, translation: str
) -> ArticlePage:
    """The page of an article for a reader of ``lang``; ``translation`` is its address there."""
    own = article.boundary is Boundary.SELF_SERVICE
    foreign = None if article.lang is lang else article.lang
    return ArticlePage(
        url=links.page(article.id),
        lang=article.lang,
        title=article.title,
        summary=article.summary,
        state=words["confidence"].get(article.confidence, ""),
        internal=article.audience is not article.audience.PUBLIC,
        language=words["language"][foreign] if foreign else "",
        html=markup.tickable(markup.shown(article, visible), words["article"]["tick"]),
        beyond="" if own else words["boundary"][article.boundary],
        translation=translation if foreign else "",
        form=None,
    )


def said(outcome: Outcome | None) -> Said:
    """An outcome as its form shows it."""
    if outcome is None:
        return Said()
    complaint, note = told(outcome.note)
    wrong = outcome.verdict is Verdict.WRONG
    return Said(
        verdict=Verdict.NOT_SOLVED if wrong else outcome.verdict,
        complaint=complaint or (Complaint.FALSE if wrong else ""),
        note=note,
    )


def following(articles: Iterable[Article], query: str) -> tuple[Next, ...]:
    """The articles to try next, their links with ``query``."""
    return tuple(
        Next(links.page(each.id, query=query), each.lang, each.title, each.summary)
        for each in articles
    )
