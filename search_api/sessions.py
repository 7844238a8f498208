"""Signing in turns a key into a session, signing out ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kb import identity
from kb.casebook.acts import Deed
from kb.domain import Language, Scope
from search_api.cookies import SESSION
from search_api.csrf import Genuine
from search_api.deps import Caller, Pages, SignInLimited
from search_api.identity import open_in
from search_api.origin import own_path

router = APIRouter(include_in_schema=False)

_HOME = {Scope.SEARCH: "/", Scope.AGENT: "/agent", Scope.WRITER: "/writer", Scope.ADMIN: "/writer"}
"""Where each scope works."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form for a key or, for who has signed in, the way out."""

    next: str
    """Where to go on; empty = where the key's scope works."""
    known: bool
    flaw: str = ""


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def sign_in_page(
    caller: Caller, pages: Pages, next_: Annotated[str, Query(alias="next")] = ""
) -> Response:
    """The form."""
    page = SignInPage(own_path(next_), caller.known)
    return _page(pages, page)


@router.post("/sign-in", dependencies=[SignInLimited, Genuine])
def sign_in(
    request: Request,
    caller: Caller,
    pages: Pages,
    key: Annotated[str, Form()] = "",
    next_: Annotated[str, Form(alias="next")] = "",
) -> Response:
    """Begin a session, and end the browser's earlier one; or say that the key is no good."""
    opened, text, onward = open_in(request), key.strip(), own_path(next_)
    at, found = opened.now(), opened.keyring.key(text)
    if found is None:
        details = {"address": request.client.host if request.client else ""}
        opened.audit.append(
            at, caller.actor, Deed.SIGN_IN_FAILED, identity.key_id(text) or "", details
        )
        flaw = pages.words["sign-in"]["flaw"]
        return _page(pages, SignInPage(onward, caller.known, flaw))
    opened.keyring.sign_out(SESSION.value(request), at=at)
    token = opened.keyring.sign_in(found, at=at, until=at + opened.session_age)
    response = RedirectResponse(onward or _HOME[found.scope], 303)
    SESSION.set(request, response, token, opened.session_age)
    return response


@router.post("/sign-out", dependencies=[Genuine])
def sign_out(request: Request) -> Response:
    """End the session, in the database and in the browser."""
    opened = open_in(request)
    opened.keyring.sign_out(SESSION.value(request), at=opened.now())
    response = RedirectResponse("/", 303)
    SESSION.drop(request, response)
    return response


def _page(pages: Pages, page: SignInPage) -> Response:
    switch = {lang: "/sign-in?" + urlencode({"next": page.next, "lang": lang}) for lang in Language}
    response = pages.response("sign-in.html", page, switch)
    response.headers["Cache-Control"] = "no-store"
    if page.flaw:
        response.status_code = 401
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
