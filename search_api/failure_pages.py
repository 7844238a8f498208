"""The pages that tell a person of a failure, with the ways on from there."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from kb.domain import Language, Scope
from kb.identity import Key
from search_api import csrf, templating
from search_api.identity import found_standing
from search_api.origin import SAFE
from search_api.templating import Pages
from search_api.views import failure as views
from search_api.views.failure import FailurePage


def failure(request: Request, status: int, headers: Mapping[str, str] | None) -> HTMLResponse:
    """What went wrong; who is known to be staff also finds their desks there."""
    pages = _pages(request)
    page = views.failed(status, headers or {}, pages.words)
    return _response(pages, page, status, headers or {})


def refused(request: Request, key: Key, needed: Scope) -> HTMLResponse:
    """Which key is signed in and which the page takes: 403, with the way to another one."""
    pages = _pages(request)
    here = {"next": address(request)} if request.method in SAFE else {}
    signed_in = "authorization" not in request.headers
    again = f"/sign-in?{urlencode(here)}" if signed_in else ""
    return _response(pages, views.refused(key, needed, again, pages.words), 403, {})


def address(request: Request) -> str:
    """The path and query that were asked for."""
    path = request.url.path
    return f"{path}?{request.url.query}" if request.url.query else path


def _pages(request: Request) -> Pages:
    """Those of who was found to be asking: a failure looks nobody up."""
    found = found_standing(request)
    if found is None:
        return templating.pages(request)
    return templating.pages(request, csrf.token(request), templating.desks(found.principal))


def _response(
    pages: Pages, page: FailurePage, status: int, headers: Mapping[str, str]
) -> HTMLResponse:
    switch = {lang: f"/?lang={lang}" for lang in Language}
    response = pages.response("failure.html", page, switch)
    response.status_code = status
    response.headers.update(headers)
    return response
