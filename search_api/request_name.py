"""The name of one request: in its log lines, its response and the problem that it may end in."""

from __future__ import annotations

import re
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

HEADER = "X-Request-Id"
_KEY = "fixpoint.request"
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_current: ContextVar[str] = ContextVar(_KEY, default="")


def named(scope: Scope) -> str:
    """Give a request its name: the one that its sender chose, if it is a plain token, else a UUID.

    From here on it is also the :func:`current` one of the task, and of the threads that it starts.
    """
    chosen = Headers(scope=scope).get(HEADER, "")
    name = chosen if _TOKEN.fullmatch(chosen) else str(uuid4())
    scope[_KEY] = name
    _current.set(name)
    return name


def request_name(request: Request) -> str:
    """A request's name: 1 to 64 letters, digits and ``_.-``."""
    return str(request.scope[_KEY])


def current() -> str:
    """Name of the request that is being served here; empty outside of any."""
    return _current.get()
