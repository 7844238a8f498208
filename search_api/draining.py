"""How the service takes leave of its clients."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def drain(app: Starlette) -> None:
    """Let an application take leave from now on; it is no longer ready, but answers everything."""
    app.state.draining = True


class Draining:
    """Once an application drains, every response closes its connection.

    A client then opens its next connection, which a load balancer leads to another process; it
    never sends a request into a connection that is closed in the same moment.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a ``send`` that says goodbye."""

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["app"].state.draining:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, receive, closing if scope["type"] == "http" else send)
