"""The JSON API under ``/api/v1``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kb import markdown
from kb.domain import Article
from search_api.deps import CREDENTIALS, Caller, JsonOnly, Kb, Named, Pages, ReadingLimited, limited
from search_api.description import ANYBODY, responses
from search_api.negotiation import preferred
from search_api.pages import article_page
from search_api.revalidation import revalidated
from search_api.schemas.article import ArticleOut
from search_api.schemas.search import SearchIn, SearchOut

router = APIRouter(prefix="/api/v1", dependencies=CREDENTIALS)

_JSON, _HTML, _MARKDOWN = "application/json", "text/html", "text/markdown"
_TEXT = {"schema": {"type": "string"}, "example": "# 更新时提示错误 4013\n\n1. 换一根数据线。\n"}
_PAGE = {"schema": {"type": "string"}, "example": '<!doctype html>\n<html lang="zh-Hans">…'}
_UNCHANGED = {"description": "The client's copy (`If-None-Match`) is still right."}
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {_HTML: _PAGE, _MARKDOWN: _TEXT},
        "description": "In the form that `Accept` asks.",
    },
    304: _UNCHANGED,
}


@router.post(
    "/search",
    tags=["search"],
    summary="Which solutions fit this symptom?",
    response_model=SearchOut,
    responses=responses(400, 401, 403, 408, 413, 415, 422, 429, 503),
    openapi_extra=ANYBODY,
    dependencies=[JsonOnly, limited("searches")],
)
def search(body: SearchIn, kb: Kb, caller: Caller) -> Response:
    """Rank the solutions that are most likely to resolve a symptom, best first."""
    found = SearchOut.of(kb.search(body.query(), caller, case=body.case_id()))
    return Response(found.model_dump_json(), media_type=_JSON)


@router.get(
    "/articles/{lang}/{solution:path}.md",
    tags=["articles"],
    summary="An article's Markdown",
    response_class=Response,
    responses=responses(401, 404, 429, 503)
    | {200: {"content": {_MARKDOWN: _TEXT}}, 304: _UNCHANGED},
    openapi_extra=ANYBODY,
    dependencies=[ReadingLimited],
)
def article_source(request: Request, named: Named, kb: Kb, caller: Caller) -> Response:
    """The part of an article's text that the reader may see, as its writer wrote it."""
    return revalidated(request, _markdown(kb.article(named, caller)))


@router.get(
    "/articles/{lang}/{solution:path}",
    tags=["articles"],
    summary="An article as JSON, HTML or Markdown",
    response_model=ArticleOut,
    responses=responses(401, 404, 429, 503) | _FORMS,
    openapi_extra=ANYBODY,
    dependencies=[ReadingLimited],
)
def article(request: Request, named: Named, kb: Kb, caller: Caller, pages: Pages) -> Response:
    """One solution in one language, in the form that ``Accept`` prefers; JSON by default."""
    form = preferred(request.headers.get("accept", ""), (_JSON, _HTML, _MARKDOWN))
    if form == _HTML:
        return article_page(request, named, kb, caller, pages)
    found = kb.article(named, caller)
    if form == _MARKDOWN:
        return revalidated(request, _markdown(found))
    document = ArticleOut.of(found, kb.languages(found.solution, caller))
    return revalidated(request, _response(document.model_dump_json(), _JSON))


def _markdown(article: Article) -> Response:
    titled = markdown.titled(article.body, article.title)
    text = article.body if titled else f"# {article.title}\n\n{article.body.lstrip()}"
    return _response(text, _MARKDOWN)


def _response(text: str, media_type: str) -> Response:
    return Response(text, media_type=media_type, headers={"Vary": "Accept"})
