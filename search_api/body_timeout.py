"""The time that a client has to send a request's body."""

from __future__ import annotations

import asyncio

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_S = 30.0
"""The largest body that is taken arrives in that time at 9 kB a second."""


class BodyTimeout:
    """Refuses a body that is not complete in time with 408, and closes its connection.

    The limit is on the whole body, not on each pause: a client that sends one byte every few
    seconds would never pause for long. The error is raised from ``receive``, so that it reaches
    the exception handlers of the application like any other.
    """

    def __init__(self, app: ASGIApp, *, limit_s: float = BODY_S) -> None:
        self.app, self._limit_s = app, limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a ``receive`` that gives up."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        deadline, complete = asyncio.get_running_loop().time() + self._limit_s, False

        async def prompt() -> Message:
            nonlocal complete
            if complete:  # What follows is the end of the connection: it may take its time.
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _too_slow(self._limit_s) from None
            complete = not message.get("more_body", False)
            return message

        await self.app(scope, prompt, send)


def _too_slow(limit_s: float) -> HTTPException:
    detail = f"the body was not complete after {limit_s:g} seconds: send it at once"
    return HTTPException(408, detail, {"Connection": "close"})
