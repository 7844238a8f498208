"""One line in the log per request, without a word of what a customer typed."""

from __future__ import annotations

import logging
import traceback
from time import perf_counter

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.problems import unexpected
from search_api.request_name import named, request_name

logger = logging.getLogger(__name__)


class RequestLog:
    """Names each request, logs its route, status and duration, and answers unexpected errors.

    Routes are logged as templates: paths and queries hold what customers typed. For the same
    reason an unexpected error is logged by its type and place, not by its message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, then log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = named(scope)
        started, status = perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        # Whatever else was raised: further out, messages would be printed.
        except Exception as error:  # noqa: BLE001
            _log_place(error)
            if not status:
                await unexpected(Request(scope))(scope, receive, watched)
        _log_request(scope, status, (perf_counter() - started) * 1000)


def _log_place(error: Exception) -> None:
    place = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s\n%s", type(error).__name__, place)


def _log_request(scope: Scope, status: int, duration_ms: float) -> None:
    route = getattr(scope.get("route"), "path", "-")
    name = request_name(Request(scope))
    logger.info("%s %s %d %.1f ms %s", scope["method"], route, status, duration_ms, name)
