"""Signing in turns a key into a session, signing out ends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kb import identity
from kb.casebook.acts import Deed
from kb.domain import Language, Scope
from kb.identity import Key
from search_api import csrf, templating
from search_api.cookies import SESSION
from search_api.csrf import Genuine
from search_api.deps import Pages, SignInLimited
from search_api.identity import open_in, standing
from search_api.origin import own_path
from search_api.unsent import Unsent, read
from search_api.views.failure import holder
from search_api.views.resume import resume

router = APIRouter(include_in_schema=False)

OK, UNAUTHORIZED, FORBIDDEN = HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN

_HOME = {Scope.AGENT: "/agent", Scope.WRITER: "/writer", Scope.ADMIN: "/writer"}
"""Where each scope works; keys of no other scope sign in, for no page is made for them."""

_SIGN_IN, _SIGN_OUT = "/sign-in", "/sign-out"


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form for a key or, for who has signed in, the way out."""

    next: str
    """Where to go on; empty = where the key's scope works."""
    holder: str = ""
    """Who has signed in, in the reader's words; empty for nobody."""
    flaw: str = ""
    unsent: str = ""
    """What a form held that came too late, see :mod:`search_api.unsent`."""


@router.api_route(_SIGN_IN, methods=["GET", "HEAD"])
def sign_in_page(
    request: Request, pages: Pages, next_: Annotated[str, Query(alias="next")] = ""
) -> Response:
    """The form."""
    return _page(pages, _form(request, pages, own_path(next_)))


@router.post(_SIGN_IN, dependencies=[SignInLimited, Genuine])
def sign_in(
    request: Request,
    pages: Pages,
    key: Annotated[str, Form()] = "",
    next_: Annotated[str, Form(alias="next")] = "",
    form: Annotated[str, Form(alias="unsent")] = "",
) -> Response:
    """Begin a session, and end the browser's earlier one; or say that the key is no good."""
    opened, text, onward = open_in(request), key.strip(), own_path(next_)
    found = opened.keyring.key(text)
    if found is None or found.scope not in _HOME:
        _refusal_noted(request, identity.key_id(text) or "")
        flaw = pages.words["sign-in"]["search-only" if found else "flaw"]
        page = _form(request, pages, onward)
        return _page(
            pages, replace(page, flaw=flaw, unsent=form), FORBIDDEN if found else UNAUTHORIZED
        )
    at = opened.now()
    opened.keyring.sign_out(SESSION.value(request), at=at)
    token = opened.keyring.sign_in(found, at=at, until=at + opened.session_age)
    response: Response = RedirectResponse(onward or _HOME[found.scope], 303)
    if unsent := read(form):
        mine = csrf.token_for(request, identity.digest(token))
        response = _resuming(replace(pages, token=mine), found, unsent)
    SESSION.set(request, response, token, opened.session_age)
    return response


def late(request: Request, form: str) -> Response:
    """The form for a key, in answer to a form that came after its session was over."""
    pages = templating.pages(request, csrf.token(request))
    return _page(pages, SignInPage("", unsent=form), UNAUTHORIZED)


def stale(request: Request, form: str) -> Response | None:
    """The page that sends a form again which an older page of a browser sent that has signed in.

    A page left open while another tab signed in has the token of the session before. Nothing is
    done before its reader's click. ``None`` for who has not signed in, and for a form that holds
    nothing to send again.
    """
    key, unsent = standing(request).key, _handed_on(read(form))
    if key is None or unsent is None:
        return None
    response = _resuming(templating.pages(request, csrf.token(request)), key, unsent)
    response.status_code = FORBIDDEN
    return response


def _handed_on(form: Unsent | None) -> Unsent | None:
    """A form, or the one that the sign-in page held; signing in and out is nobody's work."""
    if form and form.path == _SIGN_IN:
        return read(dict(form.fields).get("unsent", ""))
    return form if form and form.path != _SIGN_OUT else None


@router.post(_SIGN_OUT, dependencies=[Genuine])
def sign_out(request: Request, next_: Annotated[str, Form(alias="next")] = "") -> Response:
    """End the session, in the database and in the browser."""
    opened = open_in(request)
    opened.keyring.sign_out(SESSION.value(request), at=opened.now())
    response = RedirectResponse(own_path(next_) or "/", 303)
    SESSION.drop(request, response)
    return response


def _form(request: Request, pages: Pages, onward: str) -> SignInPage:
    key = standing(request).key
    return SignInPage(onward, holder(key, pages.words) if key else "")


def _refusal_noted(request: Request, key: str) -> None:
    opened, actor = open_in(request), standing(request).principal.actor
    details = {"address": request.client.host if request.client else ""}
    opened.audit.append(opened.now(), actor, Deed.SIGN_IN_FAILED, key, details)


def _page(pages: Pages, page: SignInPage, status: int = OK) -> Response:
    places = {lang: urlencode({"next": page.next, "lang": lang}) for lang in Language}
    switch = {lang: f"{_SIGN_IN}?{place}" for lang, place in places.items()}
    response = pages.response("sign-in.html", page, switch)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = status
    if status == UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _resuming(pages: Pages, key: Key, form: Unsent) -> Response:
    """The page that sends again what came too late, in the session that stands now."""
    theirs = replace(pages, desks=templating.desks(identity.holder(key)))
    home = _HOME[key.scope]
    switch = {lang: f"{home}?lang={lang}" for lang in Language}
    response = theirs.response("resume.html", resume(form, home, pages.words), switch)
    response.headers["Cache-Control"] = "no-store"
    return response
