"""Keys and the audit log, for administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from kb.cases import SearchId
from kb.domain import Scope
from kb.identity import KeyId
from search_api.deps import CREDENTIALS, Caller, JsonOnly, Kb, needs
from search_api.description import responses
from search_api.identity import open_in
from search_api.schemas.admin import ActsOut, ForgottenOut, KeyIn, KeyOut, KeysOut, NewKeyOut

router = APIRouter(
    prefix="/api/v1", tags=["admin"], dependencies=[*CREDENTIALS, needs(Scope.ADMIN)]
)

Named = Annotated[str, Path(description="Id of a key.", examples=["mzxw6ytb"])]
Asked = Annotated[
    str,
    Path(
        pattern="^[0-9a-f-]{1,64}$",
        description="Id of a search.",
        examples=["0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11"],
    ),
]
Acting = Annotated[
    str,
    Path(
        pattern="^[a-z]+:[A-Za-z0-9_-]{1,100}$",
        description="A key, `key:…`, or a visitor, `anonymous:…`.",
        examples=["key:mzxw6ytb"],
    ),
]
MAX_PAGE = 200
_MAX_NUMBER = 2**63 - 1
"""What the databases count to."""


@router.post(
    "/keys",
    status_code=201,
    summary="Make a key",
    responses=responses(400, 401, 403, 408, 413, 415, 422, 503),
    dependencies=[JsonOnly],
)
def create_key(body: KeyIn, request: Request, response: Response, caller: Caller) -> NewKeyOut:
    """Make a key; its text is in this reply and nowhere else."""
    opened = open_in(request)
    made = opened.keyring.create(body.name, body.scope, actor=caller.actor, at=opened.now())
    response.headers["Cache-Control"] = "no-store"
    return NewKeyOut.of(made)


@router.get("/keys", summary="All keys", responses=responses(401, 403, 503))
def keys(request: Request) -> KeysOut:
    """Every key that was made, revoked ones too, oldest first."""
    return KeysOut(keys=[KeyOut.of(key) for key in open_in(request).keyring.all()])


@router.delete("/keys/{key}", summary="Revoke a key", responses=responses(401, 403, 404, 422, 503))
def revoke_key(key: Named, request: Request, caller: Caller) -> KeyOut:
    """End a key and the sessions begun with it, from the next request on; twice does no harm."""
    opened = open_in(request)
    return KeyOut.of(opened.keyring.revoke(KeyId(key), actor=caller.actor, at=opened.now()))


@router.get("/audit", summary="Who did what", responses=responses(401, 403, 422, 503))
def audit(
    request: Request,
    before: Annotated[
        int | None,
        Query(
            ge=1,
            le=_MAX_NUMBER,
            description="Only older ones: `next` of the page before.",
            examples=[4711],
        ),
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=MAX_PAGE, description="At most so many.", examples=[50])
    ] = 50,
) -> ActsOut:
    """Acts of writers and administrators and attempts to sign in, the latest first."""
    return ActsOut.of(open_in(request).audit.page(before=before, limit=limit + 1), limit)


@router.delete(
    "/searches/{search}/texts",
    summary="Forget whoever made a search",
    responses=responses(401, 403, 404, 422, 503),
)
def erase_search(search: Asked, kb: Kb, caller: Caller) -> ForgottenOut:
    """Erase for good what was typed by the visitor who made a search, and for their cases.

    A key asks for many people: then only what was typed for this search and its cases is erased.
    Verdicts stay. The audit log tells.
    """
    at = datetime.now(UTC)
    return ForgottenOut.of(kb.casebook.erase_search(SearchId(search), by=caller.actor, at=at))


@router.delete(
    "/actors/{actor}/texts",
    summary="Forget an actor",
    responses=responses(401, 403, 404, 422, 503),
)
def erase_actor(actor: Acting, kb: Kb, caller: Caller) -> ForgottenOut:
    """Erase for good what an actor typed, and what was typed for its cases; verdicts stay."""
    erased = kb.casebook.erase_actor(actor, by=caller.actor, at=datetime.now(UTC))
    return ForgottenOut.of(erased)
