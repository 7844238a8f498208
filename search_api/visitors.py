"""Customers without a key: a random id in a signed cookie (door of itsdangerous)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb import identity
from search_api.cookies import VISITOR

KEPT = timedelta(days=365)
_NEW = "fixpoint.visitor"


class Visitors:
    """Gives ids to visitors, and knows its own again."""

    def __init__(self, secret: bytes) -> None:
        """Sign with a secret that all replicas share."""
        self._signer = Signer(secret, "visitor", digest_method=sha256, key_derivation="hmac")

    def visitor(self, request: Request) -> str:
        """The id of whoever sent a request.

        A new one if there is none of ours; :class:`VisitorCookie` then sends it with the response.
        """
        try:
            known = self._signer.unsign(VISITOR.value(request)).decode()
        except (BadSignature, UnicodeError):
            known = ""
        return known if identity.is_visitor(known) else self._new(request)

    def _new(self, request: Request) -> str:
        id_ = identity.token(secrets.token_bytes(identity.VISITOR_BYTES))
        request.scope[_NEW].append(self._signer.sign(id_).decode())
        return id_


class VisitorCookie:
    """Sends new visitors their cookie, whatever route answers them, and lets no cache keep it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a place for a new visitor's cookie."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        new: list[str] = []
        scope[_NEW] = new

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start" and new:
                message["headers"] = _with_cookie(Request(scope), message["headers"], new[0])
            await send(message)

        await self.app(scope, receive, complete)


def _with_cookie(
    request: Request, headers: list[tuple[bytes, bytes]], value: str
) -> list[tuple[bytes, bytes]]:
    response = Response()
    response.raw_headers = list(headers)
    VISITOR.set(request, response, value, KEPT)
    if response.headers.get("cache-control") != "no-store":
        response.headers["cache-control"] = "private, no-cache"
    return response.raw_headers
