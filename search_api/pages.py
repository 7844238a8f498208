"""The customer's pages: search, results, article."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from kb import domain
from kb.domain import Language, visibility
from kb.search import SYMPTOM_CHARACTERS
from search_api import links, views
from search_api.deps import Caller, Kb, Named, Pages
from search_api.revalidation import revalidated
from search_api.schemas.search import plain

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def search_page(kb: Kb, caller: Caller, pages: Pages, q: Annotated[str, Query()] = "") -> Response:
    """The search field; with a query also what was found."""
    symptom, words = plain(q), pages.words
    page = views.SearchPage(symptom)
    if len(symptom) > SYMPTOM_CHARACTERS:
        page = views.SearchPage(flaw=words["search"]["too-long"])
    elif symptom:
        answer = kb.search(domain.Query(symptom, lang=pages.reader.lang), caller)
        page = views.results(symptom, answer, words)
    switch = {lang: "/?" + urlencode({"q": page.symptom, "lang": lang}) for lang in Language}
    response = pages.response("search.html", page, switch)
    # The address and the page hold what a customer typed.
    response.headers["Cache-Control"] = "no-store"
    return response


@router.api_route("/articles/{lang}/{solution:path}", methods=["GET", "HEAD"])
def article_page(request: Request, named: Named, kb: Kb, caller: Caller, pages: Pages) -> Response:
    """One article; an alias leads to the article's own address."""
    article = kb.article(named, caller)
    if article.id != named:
        return RedirectResponse(links.page(article.id, query=request.url.query), 308)
    lang, translated = pages.reader.lang, kb.languages(article.solution, caller)
    switch = links.languages(article, translated)
    translation = switch[lang] if lang in translated else ""
    page = views.reading(article, lang, visibility(caller), pages.words, translation)
    return revalidated(request, pages.response("article.html", page, switch))
