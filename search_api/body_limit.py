"""The limit on what a request may send."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 64 * 1024
"""A symptom of 10,000 characters, all of them escaped as ``\\uXXXX``, fits with room to spare."""
LOG_BYTES = 256 * 1024
"""Longest log that can be pasted, in UTF-8."""
LONGER = {"/log": 3 * LOG_BYTES + MAX_BODY_BYTES}
"""Paths that take more: as many characters of any script as the field of a log takes, so that
whoever pastes too much reads so at the field, and keeps what was pasted."""
_DIGITS = 19
"""Of a length that HTTP parsers take; Python refuses to read numbers of thousands of digits."""


class BodyLimit:
    """Refuses bodies over the limit with 413 while they are read, chunked ones too.

    The error is raised from ``receive``, so that it reaches the exception handlers of the
    application like any other; a route that reads no body is not disturbed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a ``receive`` that counts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = LONGER.get(scope["path"], MAX_BODY_BYTES)
        declared, received = _declared_bytes(scope), 0

        async def limited() -> Message:
            nonlocal received
            if declared > limit:
                raise _too_large(limit)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        await self.app(scope, limited, send)


def _declared_bytes(scope: Scope) -> int:
    """What the header says, as far as it is a number; what arrives is counted anyway."""
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared) if declared.isdecimal() and len(declared) <= _DIGITS else 0


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"the body is over {limit} bytes: send less at a time")
