"""What a customer says of a solution that a search of theirs led to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.cases import NOT_TRIED, Correction, Outcome, Report, SearchId
from kb.domain import (
    Article,
    ArticleId,
    Language,
    Principal,
    Query,
    Scope,
    Solution,
    solution_of,
)
from kb.errors import UnknownArticle, UnknownOutcome, UnknownSearch
from kb.folding import fold_case
from kb.knowledge_base import Found, KnowledgeBase
from kb.standing import order
from search_api import links, renamed
from search_api.complaints import noted
from search_api.readable import readable
from search_api.schemas.forms import OutcomeForm
from search_api.views import article as views


def found(kb: KnowledgeBase, query: Query, caller: Principal, *, meant: bool) -> Found:
    """What a query finds, recorded only if a customer meant to ask.

    Writers look at what others asked in vain: to count that would make the demand that it shows.
    """
    if meant and caller.scopes.isdisjoint({Scope.WRITER, Scope.ADMIN}):
        return kb.search(query, caller)
    return Found(None, kb.trace(query, caller).answer)


def unmentioned(
    kb: KnowledgeBase, codes: Sequence[str], shown: Sequence[Solution], caller: Principal
) -> tuple[str, ...]:
    """Those of the codes that no article of these solutions holds, as far as it may be seen."""
    found = shown if codes else ()
    articles = filter(None, (_still_there(kb, each.article, caller) for each in found))
    texts = [fold_case(" ".join((*a.error_codes, a.title, a.body))) for a in articles]
    return tuple(each for each in codes if not any(map(_whole(each).search, texts)))


def _whole(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(fold_case(code))}(?![a-z0-9])")


def outcome_form(
    kb: KnowledgeBase, search: str, article: Article, caller: Principal
) -> views.OutcomeForm | None:
    """The form for an outcome; ``None`` unless the reader came from a search of theirs."""
    if not search:
        return None
    try:
        said = renamed.said(kb, SearchId(search), caller)
    except UnknownSearch:
        return None
    return views.OutcomeForm(
        search, article.solution, article.lang, views.said(said.get(article.solution))
    )


def keep(kb: KnowledgeBase, form: OutcomeForm, caller: Principal) -> Outcome:
    """Report what a form says, or correct with it what was said before."""
    said = renamed.said(kb, SearchId(form.search), caller)
    solution = renamed.name(kb, solution_of(ArticleId(form.article)), caller)
    stated = form.complaint
    complaint = stated if stated and stated.under is form.verdict else None
    verdict = complaint.verdict if complaint else form.verdict
    note = noted(complaint, form.note)
    tried = NOT_TRIED if complaint and not complaint.tried else order(solution, said)
    if solution in said:
        return kb.correct(said[solution].id, Correction(verdict, tried, note or ""), caller)
    report = Report(solution, verdict, search=SearchId(form.search), tried=tried, note=note)
    return kb.report(report, caller)


def thanks(
    kb: KnowledgeBase, search: SearchId, article: ArticleId, caller: Principal, lang: Language
) -> views.ThanksPage:
    """What was said of an article's solution, though it may have been withdrawn since.

    Raises :class:`UnknownOutcome` when nothing was said.
    """
    said = renamed.said(kb, search, caller)
    solution = renamed.name(kb, solution_of(article), caller)
    if solution not in said:
        raise UnknownOutcome(f"nothing was said of {solution!r} in this search")
    found = _still_there(kb, article, caller)
    query = f"s={search}"
    shown = [each.solution for each in kb.casebook.search(search).shown]
    now = renamed.names(kb, shown, caller).values()
    untried = (readable(kb, each, caller, lang) for each in now if each not in said)
    return views.ThanksPage(
        verdict=said[solution].verdict,
        title=found.title if found else "",
        change=links.page(found.id, "outcome", query=query) if found else "",
        case=said[solution].case,
        next=views.following(filter(None, untried), query),
    )


def _still_there(kb: KnowledgeBase, article: ArticleId, caller: Principal) -> Article | None:
    try:
        return kb.article(article, caller)
    except UnknownArticle:
        return None
