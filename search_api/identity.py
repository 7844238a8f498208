"""Who is asking: the one way from a request to a principal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fastapi import HTTPException
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request

from kb import identity
from kb.casebook.acts import AuditLog
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring
from kb.domain import Principal
from kb.errors import NotSignedIn
from kb.identity import Key
from kb.settings import Settings
from search_api.cookies import SESSION, VISITOR
from search_api.origin import foreign
from search_api.rate_limit import RateLimits
from search_api.visitors import Visitors


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """What it takes to know who is asking, open while the application serves."""

    keyring: Keyring
    audit: AuditLog
    visitors: Visitors
    form_secret: bytes
    """Signs the tokens of forms, see :mod:`search_api.csrf`."""
    session_age: timedelta
    search_per_minute: int
    sign_in_per_minute: int
    limits: RateLimits = field(default_factory=RateLimits)
    now: Callable[[], datetime] = _now


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is asking, and what a browser showed for it."""

    principal: Principal
    bond: str
    """What only this browser's cookie and we know; empty for a key sent as a header."""
    key: Key | None = None
    """The key that was shown or signed in with; ``None`` for a visitor."""


def open_identity(
    database: Database, settings: Settings, now: Callable[[], datetime] = _now
) -> Identity:
    """Identity with the keys and secrets of a casebook's database."""
    keyring = Keyring(database)
    return Identity(
        keyring=keyring,
        audit=AuditLog(database),
        visitors=Visitors(keyring.secret("visitors")),
        form_secret=keyring.secret("forms"),
        session_age=timedelta(hours=settings.session_hours),
        search_per_minute=settings.search_per_minute,
        sign_in_per_minute=settings.sign_in_per_minute,
        now=now,
    )


def open_in(request: Request) -> Identity:
    """What this application opened."""
    opened: Identity = request.state.identity
    return opened


def standing(request: Request) -> Standing:
    """Who is asking: the key in ``Authorization``, else that of the session, else a visitor.

    Nothing else in a request counts; it is looked up once a request. A session that is over is a
    visitor's. Raises :class:`NotSignedIn` for an ``Authorization`` that is no good key, and an HTTP
    error 403 for a change that another site's page asks for with our cookies.
    """
    if _FOUND not in request.scope:
        request.scope[_FOUND] = _standing(request)
    found: Standing = request.scope[_FOUND]
    return found


def found_standing(request: Request) -> Standing | None:
    """Who was found to be asking; ``None`` where nobody has wanted to know yet."""
    found: Standing | None = request.scope.get(_FOUND)
    return found


async def asking(request: Request) -> Standing:
    """As :func:`standing`; only what has to be looked up in the casebook waits in a thread."""
    if found_standing(request) or not _shows_key(request):
        return standing(request)
    return await run_in_threadpool(standing, request)


def _shows_key(request: Request) -> bool:
    return "authorization" in request.headers or bool(SESSION.value(request))


def actor(request: Request) -> str:
    """Who was found to be asking, for the log; ``-`` where nobody wanted to know."""
    found = found_standing(request)
    return found.principal.actor if found else "-"


_FOUND = "fixpoint.standing"


def _standing(request: Request) -> Standing:
    opened = open_in(request)
    shown = request.headers.get("authorization")
    if shown is not None:
        key = _shown_key(opened, shown)
        return Standing(identity.holder(key), "", key)
    token = SESSION.value(request)
    if (token or VISITOR.value(request)) and foreign(request):
        raise HTTPException(403, "this was sent from a page of another site: send it from ours")
    begun = opened.keyring.session(token, at=opened.now()) if token else None
    if begun:
        return Standing(identity.holder(begun), identity.digest(token), begun)
    id_ = opened.visitors.visitor(request)
    return Standing(identity.visitor(id_), id_)


def _shown_key(opened: Identity, shown: str) -> Key:
    scheme, _, text = shown.partition(" ")
    key = opened.keyring.key(text.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise NotSignedIn(
            "the key is not one of ours, or was revoked: send `Authorization: Bearer fxp_…` as "
            "`fixpoint key create` printed it, or no such header at all"
        )
    return key
