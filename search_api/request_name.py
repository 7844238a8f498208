"""The name of one request: in its log line and in the problem that it may be answered with."""

from __future__ import annotations

from uuid import uuid4

from starlette.requests import Request
from starlette.types import Scope

_KEY = "fixpoint.request"


def named(scope: Scope) -> Scope:
    """The scope with a new name in it."""
    scope[_KEY] = str(uuid4())
    return scope


def request_name(request: Request) -> str:
    """A request's name, a UUID's text."""
    return str(request.scope[_KEY])
