"""What routes ask for: the knowledge base, who is asking, the pages and what is asked about."""

from __future__ import annotations

import unicodedata
from math import ceil
from pathlib import Path as FolderPath
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Path, Request, Security, params
from fastapi.security import APIKeyCookie, HTTPBearer

from kb.domain import ArticleId, Language, Principal, Scope, SolutionId, article_id
from kb.errors import NotAllowed, NotSignedIn, UnknownArticle
from kb.knowledge_base import KnowledgeBase
from search_api import csrf, templating
from search_api.cookies import SESSION
from search_api.identity import Identity, asking, open_in
from search_api.metrics import Metrics
from search_api.rate_limit import network
from search_api.templating import Templates

SHARED = 10
"""A key or an address stands for many people: it may ask so many times as often as one visitor."""
READINGS = 50
"""Nor does reading cost what a search does: a key or an address may read so many times as often."""

_KEY = HTTPBearer(
    scheme_name="key", auto_error=False, description="A key, see `fixpoint key create`."
)
_SESSION = APIKeyCookie(
    name=f"__Host-{SESSION.plain_name}",
    scheme_name="session",
    auto_error=False,
    description="Whoever signed in at `/sign-in` with a key has it; on plain HTTP it is called "
    f"`{SESSION.plain_name}`. Changes are taken from our own pages alone.",
)
CREDENTIALS = [Security(_KEY), Security(_SESSION)]
"""Tells OpenAPI what a route may be shown; who is asking, :data:`Caller` alone says."""


class State(TypedDict):
    """What is open while the application serves."""

    kb: KnowledgeBase
    templates: Templates
    identity: Identity
    metrics: Metrics
    state: FolderPath
    """What the service and the command line write, see :class:`kb.settings.Settings`."""


# A plain function would be run in a thread: that costs more than what these do.
async def _kb(request: Request) -> KnowledgeBase:
    kb: KnowledgeBase = request.state.kb
    return kb


async def _state(request: Request) -> FolderPath:
    folder: FolderPath = request.state.state
    return folder


async def _caller(request: Request) -> Principal:
    return (await asking(request)).principal


def _pages(request: Request, caller: Caller) -> templating.Pages:
    return templating.pages(request, csrf.token(request), templating.desks(caller))


def _article(
    lang: Annotated[
        str,
        Path(
            description="The article's language.",
            examples=["zh"],
            json_schema_extra={"enum": list(Language)},
        ),
    ],
    solution: Annotated[
        str,
        Path(
            description="The solution, as searches name it, with its slashes; an older name too.",
            examples=["update-error-4013"],
        ),
    ],
) -> ArticleId:
    if lang not in set(Language):
        raise UnknownArticle(f"{lang}/{solution}")
    return article_id(Language(lang), SolutionId(unicodedata.normalize("NFC", solution)))


async def _json_only(request: Request) -> None:
    """Refuse what a plain HTML form of another site could send."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "send the body as Content-Type: application/json")


def _at_most(request: Request, per_minute: int, what: str, who: str, whose: str) -> None:
    wait_s = open_in(request).limits.wait_s(f"{what} {who}", per_minute)
    if wait_s:
        seconds = ceil(wait_s)
        detail = f"more than {per_minute} {what} in a minute {whose}: try again in {seconds} s"
        raise HTTPException(429, detail, {"Retry-After": str(seconds)})


def _at_most_here(request: Request, per_minute: int, what: str) -> None:
    here = network(request.client.host if request.client else "")
    _at_most(request, per_minute, what, here, "from this address")


async def _shared(request: Request, per_minute: int, what: str) -> Principal:
    """Count for the key that was shown; for the address where there is none, or no good one."""
    try:
        principal = (await asking(request)).principal
    except (NotSignedIn, HTTPException):
        _at_most_here(request, per_minute, what)
        raise
    if principal.known:
        _at_most(request, per_minute, what, principal.actor, "with this key")
    else:
        _at_most_here(request, per_minute, what)
    return principal


Kb = Annotated[KnowledgeBase, Depends(_kb)]
Caller = Annotated[Principal, Depends(_caller)]
Pages = Annotated[templating.Pages, Depends(_pages)]
Named = Annotated[ArticleId, Depends(_article)]
StateFolder = Annotated[FolderPath, Depends(_state)]
JsonOnly = Depends(_json_only)


def needs(scope: Scope) -> params.Depends:
    """Let only principals of this scope through; :mod:`search_api.problems` refuses the others."""

    async def checked(caller: Caller) -> None:
        if scope not in caller.scopes:
            raise NotAllowed(
                f"this takes a key of the scope {scope}: sign in with one, or ask an administrator",
                scope=scope,
            )

    return params.Depends(checked)


def limited(what: str) -> params.Depends:
    """Let a visitor through ``search_per_minute`` times a minute, a key ten times as often.

    So may all visitors of an address together, and keys that are no good: guessing them is limited
    too. ``what``, in the plural, is counted apart from everything of another name. Others get 429
    with ``Retry-After``.
    """

    async def within(request: Request) -> None:
        each = open_in(request).search_per_minute
        principal = await _shared(request, SHARED * each, what)
        if not principal.known:
            _at_most(request, each, what, principal.actor, "by this visitor")

    return params.Depends(within)


async def _sign_in_limited(request: Request) -> None:
    _at_most_here(request, open_in(request).sign_in_per_minute, "attempts to sign in")


async def _reading_limited(request: Request) -> None:
    await _shared(request, READINGS * open_in(request).search_per_minute, "readings")


SignInLimited = Depends(_sign_in_limited)
ReadingLimited = Depends(_reading_limited)
"""For pages that anybody may read without asking for a search."""
