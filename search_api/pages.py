"""The customer's pages: search, results, article, outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kb import symptoms
from kb.cases import SearchId
from kb.domain import Language, visibility
from kb.mentions import mentions
from kb.search import SYMPTOM_CHARACTERS
from search_api import customer, filters, links
from search_api.body_limit import LOG_BYTES
from search_api.csrf import Genuine
from search_api.deps import Caller, Kb, Named, Pages, ReadingLimited, limited
from search_api.origin import meant
from search_api.revalidation import revalidated
from search_api.schemas.asking import MAX_CODES, Asked
from search_api.schemas.forms import Id, LogForm, OutcomeForm
from search_api.views import article as views
from search_api.views import search as search_views
from search_api.ways import way

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[limited("searches")])
def search_page(
    request: Request, kb: Kb, caller: Caller, pages: Pages, asked: Annotated[Asked, Query()]
) -> Response:
    """The search field; with a query also what was found."""
    ignored, asked = filters.unknown(asked, kb.vocabulary), filters.known(asked, kb.vocabulary)
    query = asked.query(pages.reader.lang)
    if len(query.symptom) > SYMPTOM_CHARACTERS:
        return _refused(pages, _too_long(asked, kb, pages))
    page = search_views.ignoring(_asking(asked, kb, pages), ignored, pages.words)
    if asked.anything:
        found = customer.found(kb, query, caller, meant=meant(request))
        shown = search_views.shown(found.answer)
        codes = customer.unmentioned(kb, asked.code, shown, caller)
        page = search_views.answered(page, found, codes, pages.words)
    return _private(pages, page)


@router.api_route("/log", methods=["GET", "HEAD"])
def log_address() -> Response:
    """Lead to the field of a log: its address stands in the browser after a refusal."""
    return RedirectResponse("/", 303)


@router.post("/log", dependencies=[limited("searches"), Genuine])
def log_page(kb: Kb, pages: Pages, form: Annotated[LogForm, Form()]) -> Response:
    """Lead to a search with the error codes of a pasted log; the log itself goes no further.

    A log that leads nowhere is given back, to mend or to shorten.
    """
    words = pages.words["log"]
    stated = Asked(q=form.q, product=form.product, os=form.os)
    asked = filters.known(stated, kb.vocabulary)
    if len(asked.q) > SYMPTOM_CHARACTERS:
        return _refused(pages, replace(_too_long(asked, kb, pages), log=form.log))
    flaw = words["too-long"] if len(form.log.encode()) > LOG_BYTES else ""
    codes = () if flaw else symptoms.logged(form.log, kb.vocabulary, limit=MAX_CODES)
    if codes:
        return RedirectResponse(stated.address(code=codes), 303)
    page = replace(_asking(asked, kb, pages), log_flaw=flaw or words["none"], log=form.log)
    return _refused(pages, page)


@router.api_route(
    "/articles/{lang}/{solution:path}", methods=["GET", "HEAD"], dependencies=[ReadingLimited]
)
def article_page(request: Request, named: Named, kb: Kb, caller: Caller, pages: Pages) -> Response:
    """One article; an alias leads to the article's own address."""
    article = kb.article(named, caller)
    if article.id != named:
        return RedirectResponse(links.page(article.id, query=request.url.query), 308)
    lang, translated = pages.reader.lang, kb.languages(article.solution, caller)
    came = way(request.query_params, caller)
    switch = links.languages(article, translated, came.fields)
    translation = switch[lang] if lang in translated else ""
    page = views.reading(article, lang, visibility(caller), pages.words, translation)
    form = customer.outcome_form(kb, came.search, article, caller)
    page = views.led(page, came, form, pages.words, staff=bool(pages.desks))
    response = pages.response("article.html", page, switch)
    response.headers["Cache-Control"] = "private, no-cache"
    return revalidated(request, response)


@router.post("/outcomes", dependencies=[limited("reports"), Genuine])
def record_outcome(kb: Kb, caller: Caller, form: Annotated[OutcomeForm, Form()]) -> Response:
    """Keep what a solution did, then thank."""
    customer.keep(kb, form, caller)
    return RedirectResponse(links.thanks(SearchId(form.search), form.article), 303)


@router.get("/thanks/{lang}/{solution:path}", dependencies=[ReadingLimited])
def thanks_page(named: Named, kb: Kb, caller: Caller, pages: Pages, s: Id) -> Response:
    """What was kept, and what to try next."""
    page = customer.thanks(kb, SearchId(s), named, caller, pages.reader.lang)
    switch = {lang: links.thanks(SearchId(s), named, lang) for lang in Language}
    return _unstored(pages.response("thanks.html", page, switch))


def _too_long(asked: Asked, kb: Kb, pages: Pages) -> search_views.SearchPage:
    """The page with the symptom, which nothing is read out of, and what would work."""
    page = _asking(asked.model_copy(update={"q": ""}), kb, pages)
    return replace(page, asked=asked, flaw=pages.words["search"]["too-long"])


def _refused(pages: Pages, page: search_views.SearchPage) -> Response:
    response = _private(pages, page)
    response.status_code = 422
    return response


def _asking(asked: Asked, kb: Kb, pages: Pages) -> search_views.SearchPage:
    read = mentions(asked.q, kb.vocabulary)
    return search_views.asking(asked, kb.vocabulary, read, pages.words, pages.reader.lang)


def _private(pages: Pages, page: search_views.SearchPage) -> Response:
    # A text that is too long for a search is too long for an address.
    asked = page.asked.model_copy(update={"q": ""}) if page.flaw else page.asked
    switch = {lang: asked.address(lang=lang) for lang in Language}
    return _unstored(pages.response("search.html", page, switch))


def _unstored(response: Response) -> Response:
    """The address and the page hold what a customer typed: nothing keeps them."""
    response.headers["Cache-Control"] = "no-store"
    return response
