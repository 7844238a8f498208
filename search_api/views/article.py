"""What the page of an article shows, and the page that thanks for an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from kb.cases import Outcome, Verdict
from kb.domain import Article, Boundary, Language, Visibility
from search_api import links
from search_api.complaints import Complaint, told
from search_api.schemas.forms import NOTE_CHARACTERS
from search_api.views import markup
from search_api.ways import Way
from search_api.wording import Words


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader has said of the solution so far; empty before they have."""

    verdict: str = ""
    complaint: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Complaints:
    """Why a solution did no more, to choose from; asked with one verdict alone."""

    verdict: Verdict

    @property
    def choices(self) -> tuple[Complaint, ...]:
        """Those of the verdict, in their order."""
        return tuple(each for each in Complaint if each.under is self.verdict)


@dataclass(frozen=True, slots=True)
class OutcomeForm:
    """Did it solve the problem? Tied to the search that the reader came from."""

    search: str
    solution: str
    lang: Language
    said: Said
    verdicts: tuple[Verdict, ...] = (Verdict.SOLVED, Verdict.PARTLY, Verdict.NOT_SOLVED)
    complaints: tuple[Complaints, ...] = (
        Complaints(Verdict.PARTLY),
        Complaints(Verdict.NOT_SOLVED),
    )
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
    form: OutcomeForm | None = None
    """``None`` for a reader who did not come from a search of theirs."""
    invited: bool = False
    """Whether the reader is asked to tell a symptom, for want of a form."""
    back: str = "/"
    """Address of the page that the reader came from."""
    back_label: str = ""
    """Which page that is, in the reader's words."""


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
    note, spoken = words["staff"]["internal-note"], words["site"]["lang"]
    body = markup.marked(markup.shown(article, visible), note, lang=spoken)
    return ArticlePage(
        url=links.page(article.id),
        lang=article.lang,
        title=article.title,
        summary=article.summary,
        state=words["confidence"].get(article.confidence, ""),
        internal=article.audience is not article.audience.PUBLIC,
        language=words["language"][foreign] if foreign else "",
        html=markup.tickable(body, words["article"]["tick"]),
        beyond="" if own else words["boundary"][article.boundary],
        translation=translation if foreign else "",
    )


def led(
    page: ArticlePage, way: Way, form: OutcomeForm | None, words: Words, *, staff: bool
) -> ArticlePage:
    """The page for a reader who came this way: its links tell so, and there is a way back.

    Without a search there is nobody's problem that an outcome could be about: who has no ``form``
    is asked for a symptom instead. Staff have desks for that.
    """
    html = markup.leading_on(page.html, page.url, way.query)
    invited = form is None and not staff
    label = words["article"]["back-desk" if way.desk else "back"]
    return replace(page, html=html, form=form, invited=invited, back=way.back, back_label=label)


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
