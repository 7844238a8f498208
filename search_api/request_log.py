"""One line in the log per request, without a word of what a customer typed."""

from __future__ import annotations

import logging
import traceback
from http import HTTPMethod
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.identity import actor
from search_api.metrics import Metrics, Served
from search_api.problems import unexpected
from search_api.request_name import HEADER, named

logger = logging.getLogger(__name__)

_METHODS = frozenset(HTTPMethod)


class RequestLog:
    """Names each request, logs and counts it, and answers unexpected errors.

    Routes are logged as templates: paths and queries hold what customers typed. For the same
    reason an unexpected error is logged by its type and place, not by its message.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, then log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name, started, status = named(scope), perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        try:
            await self.app(scope, receive, watched)
        # Whatever else was raised: further out, messages would be printed.
        except Exception as error:  # noqa: BLE001
            _log_place(error)
            if not status:
                await unexpected(Request(scope))(scope, receive, watched)
        served = _served(scope, status, perf_counter() - started)
        self._metrics.request(served)
        _log_request(served, name, actor(Request(scope)))


def _served(scope: Scope, status: int, seconds: float) -> Served:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return Served(method, getattr(scope.get("route"), "path", "-"), status, seconds)


def _log_place(error: Exception) -> None:
    place = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s\n%s", type(error).__name__, place)


def _log_request(served: Served, name: str, asking: str) -> None:
    milliseconds = round(served.seconds * 1000, 1)
    fields = {
        "method": served.method,
        "route": served.route,
        "status": served.status,
        "ms": milliseconds,
        "actor": asking,
    }
    logger.info(
        "%s %s %d %.1f ms %s %s",
        *(served.method, served.route, served.status, milliseconds, asking, name),
        extra={"fields": fields},
    )
