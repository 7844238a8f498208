"""Headers that keep a browser from doing what no page of ours asks for."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Articles may show pictures from elsewhere; nothing else is ever loaded from there.
        "img-src 'self' https:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
DEFAULTS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # The address of a result page holds what a customer typed: no other site may learn it.
    "Referrer-Policy": "same-origin",
    # An article that becomes internal must be gone at once: ask before using a stored copy.
    "Cache-Control": "no-cache",
}

STAFFS = (
    "/agent",
    "/writer",
    *(f"/api/v1/{each}" for each in ("cases", "solutions", "audit", "keys")),
)
"""Beginnings of the addresses that hold what customers said or staff did: nothing keeps a copy."""


class SecurityHeaders:
    """Puts the headers on every response that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a ``send`` that completes the headers."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in DEFAULTS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(STAFFS):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, complete)
