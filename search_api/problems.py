"""Errors as RFC 9457 problems, or as a page where a person reads them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Mount

from kb.errors import (
    BadArticle,
    BadBackup,
    BadKeyName,
    BadQuery,
    BadReport,
    BadVocabulary,
    CasebookUnavailable,
    EncoderUnavailable,
    IndexBusy,
    IndexDamaged,
    IndexUnavailable,
    KbError,
    KeyReused,
    NotAllowed,
    NotSignedIn,
    UnknownActor,
    UnknownArticle,
    UnknownCase,
    UnknownKey,
    UnknownOutcome,
    UnknownSearch,
    UnknownSolution,
)
from search_api import csrf, failure_pages, malformed, sessions, unsent
from search_api.cookies import VISITOR
from search_api.identity import asking
from search_api.negotiation import preferred
from search_api.origin import SAFE
from search_api.request_name import request_name
from search_api.schemas.problem import Problem

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
DOCUMENT = "/api/v1/openapi.json"
"""Where a stranger reads what there is."""
PROBLEM = "urn:fixpoint:problem:"
"""A problem's type begins so, and ends with its kind."""
BAD_REQUEST = "bad-request"
"""The kind of a request that does not have its form."""

STATUS: Mapping[type[KbError], HTTPStatus] = {
    BadQuery: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadReport: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadKeyName: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    UnknownArticle: HTTPStatus.NOT_FOUND,
    UnknownSolution: HTTPStatus.NOT_FOUND,
    UnknownSearch: HTTPStatus.NOT_FOUND,
    UnknownCase: HTTPStatus.NOT_FOUND,
    UnknownOutcome: HTTPStatus.NOT_FOUND,
    UnknownKey: HTTPStatus.NOT_FOUND,
    UnknownActor: HTTPStatus.NOT_FOUND,
    CasebookUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    EncoderUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexDamaged: HTTPStatus.SERVICE_UNAVAILABLE,
    BadArticle: HTTPStatus.INTERNAL_SERVER_ERROR,
    BadBackup: HTTPStatus.INTERNAL_SERVER_ERROR,
    BadVocabulary: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The HTTP status of every kind of error that the core raises."""

_OURS: Mapping[type[KbError], str] = {
    EncoderUnavailable: "the encoder is not available: run `fixpoint doctor`",
    IndexUnavailable: "there is no index to answer from: run `fixpoint ingest`",
    IndexBusy: "the index is being changed: try again in a moment",
    IndexDamaged: "the index failed its checks: run `fixpoint doctor`",
    CasebookUnavailable: "the casebook does not answer: try again in a moment",
}
"""What a stranger is told of a failure on our side; paths and addresses stay in the log."""
_THEIRS = frozenset({UnknownSearch, UnknownOutcome})
"""What nobody knows who does not say who they are."""


class ProblemResponse(Response):
    """A problem document; in ASCII, because a flaw may name a key that is no valid Unicode."""

    media_type = MEDIA_TYPE

    def render(self, content: Problem) -> bytes:
        """The document as JSON, without the members that have no value."""
        return json.dumps(content.model_dump(exclude_none=True)).encode("ascii")


def install(app: FastAPI) -> None:
    """Let the application answer all foreseen errors in this way."""
    app.add_exception_handler(KbError, _on_kb_error)
    app.add_exception_handler(NotSignedIn, _on_not_signed_in)
    app.add_exception_handler(NotAllowed, _on_not_allowed)
    app.add_exception_handler(RequestValidationError, _on_flaws)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(csrf.Stale, _on_stale)


def kind_name(kind: type[KbError]) -> str:
    """What a problem's type calls a kind of error: ``unknown-case``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def unexpected(request: Request) -> Response:
    """The answer to an error that nobody foresaw: it tells nothing of its inside."""
    problem = _problem(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong on our side"
    )
    return _response(request, problem)


def _on_kb_error(request: Request, error: Exception) -> Response:
    kind = next(kind for kind in type(error).__mro__ if kind in STATUS or kind is KbError)
    status = STATUS.get(kind, HTTPStatus.INTERNAL_SERVER_ERROR)
    detail = str(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("%s: %s", request_name(request), error)
        detail = _OURS.get(kind, "something went wrong on our side")
    elif kind in _THEIRS and not VISITOR.value(request) and "authorization" not in request.headers:
        detail += (
            "; whoever has no key sends back the cookie that came with the search, "
            f"{VISITOR.name(request)}"
        )
    ours = status is HTTPStatus.INTERNAL_SERVER_ERROR
    problem = _problem(request, status, detail, kind="" if ours else kind_name(kind))
    return _response(request, problem)


async def _on_not_signed_in(request: Request, error: Exception) -> Response:
    """Show a person who opens a page where to sign in; everybody else is told the reason.

    A form that comes too late is kept in the sign-in page, to be sent again from there.
    """
    page = _reads(request) and not request.url.path.startswith("/api/")
    if not page or "authorization" in request.headers:
        response = await run_in_threadpool(_on_kb_error, request, error)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if request.method not in SAFE:
        return await run_in_threadpool(sessions.late, request, await unsent.kept(request))
    asked = urlencode({"next": failure_pages.address(request)})
    return RedirectResponse(f"/sign-in?{asked}", 303)


async def _on_not_allowed(request: Request, error: Exception) -> Response:
    """Refuse for good only whom we know: everybody else may yet show a key that is allowed to."""
    found = await asking(request)
    if not found.principal.known:
        way = "a program sends it as `Authorization: Bearer fxp_…`"
        return await _on_not_signed_in(request, NotSignedIn(f"{error}; {way}"))
    needed = error.scope if isinstance(error, NotAllowed) else None
    if found.key and needed and _reads(request):
        return await run_in_threadpool(failure_pages.refused, request, found.key, needed)
    return await run_in_threadpool(_on_kb_error, request, error)


async def _on_stale(request: Request, error: Exception) -> Response:
    """Give a form of an older page back to who has signed in since, to be sent by a click."""
    form = await unsent.kept(request) if _reads(request) else ""
    page = await run_in_threadpool(sessions.stale, request, form)
    if page is not None:
        return page
    return await run_in_threadpool(_on_http_error, request, error)


async def _on_flaws(request: Request, error: Exception) -> Response:
    flaws = error.errors() if isinstance(error, RequestValidationError) else ()
    if unread := await malformed.unread(request, flaws):
        return await run_in_threadpool(_unread, request, unread)
    errors = malformed.places(flaws)
    detail = f"the request does not have the form that {DOCUMENT} describes: see errors"
    problem = _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind=BAD_REQUEST)
    problem = problem.model_copy(update={"errors": errors})
    return await run_in_threadpool(_response, request, problem)


def _unread(request: Request, why: str) -> Response:
    detail = f"the body cannot be read as JSON: {why}; {DOCUMENT} describes what to send"
    return _response(request, _problem(request, HTTPStatus.BAD_REQUEST, detail))


def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status, detail, headers = HTTPStatus(error.status_code), error.detail, error.headers
    if status is HTTPStatus.BAD_REQUEST and (why := malformed.undecoded(request, error)):
        return _unread(request, why)
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = _allowed(request)
        detail, headers = f"this address takes {allowed} only", {"Allow": allowed}
    elif status is HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at this address: see {DOCUMENT} for what there is"
    return _response(request, _problem(request, status, detail), headers)


def _allowed(request: Request) -> str:
    """The methods that any route takes at an address; the framework names those of one route."""
    routes = [each for each in request.app.routes if not isinstance(each, Mount)]
    taken = (
        method
        for method in HTTPMethod
        if any(
            each.matches({**request.scope, "method": method})[0] is Match.FULL for each in routes
        )
    )
    return ", ".join(taken) or "GET, HEAD"


def _problem(request: Request, status: HTTPStatus, detail: str, *, kind: str = "") -> Problem:
    return Problem(
        type=f"{PROBLEM}{kind}" if kind else "about:blank",
        title=kind.replace("-", " ").capitalize() if kind else status.phrase,
        status=status,
        detail=detail,
        instance=f"urn:fixpoint:request:{request_name(request)}",
    )


def _response(
    request: Request, problem: Problem, headers: Mapping[str, str] | None = None
) -> Response:
    if _reads(request):
        return failure_pages.failure(request, problem.status, headers)
    return ProblemResponse(problem, problem.status, headers)


def _reads(request: Request) -> bool:
    """Whether a person reads the answer."""
    forms = (MEDIA_TYPE, "application/json", "text/html")
    return preferred(request.headers.get("accept", ""), forms) == "text/html"
