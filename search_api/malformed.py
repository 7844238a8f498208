"""What is wrong with a request that does not have its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

_Flaws = Sequence[Mapping[str, Any]]
"""As the framework tells them: type, place, message and what they were found with."""
_MAX_FLAWS = 10
_MAX_NAME = 60


async def unread(request: Request, flaws: _Flaws) -> str:
    """Why a body could not be parsed as JSON; empty for one that could."""
    for flaw in flaws:
        if flaw["type"] == "json_invalid":
            return f"{flaw['ctx']['error']} at character {flaw['loc'][-1]}"
        # A body of ``null`` has the same flaw, and is JSON.
        if flaw["loc"] == ("body",) and flaw["type"] == "missing" and not await request.body():
            return "it is empty"
    return ""


def undecoded(request: Request, error: HTTPException) -> str:
    """The same, where the framework keeps that to itself; empty for any other error."""
    if "json" not in request.headers.get("content-type", ""):
        return ""
    match error.__cause__:
        case UnicodeDecodeError(start=start):
            return f"it is not UTF-8 at byte {start}"
        case RecursionError():
            return "its lists or objects nest too deep"
        case ValueError():
            return "a number in it has too many digits"
    return ""


def places(flaws: _Flaws) -> dict[str, str]:
    """What is wrong where, at most ten: ``body/symptom``, ``path/lang``; long names are cut."""
    return {_pointer(flaw["loc"]): str(flaw["msg"]) for flaw in flaws[:_MAX_FLAWS]}


def _pointer(location: Sequence[str | int]) -> str:
    return "/".join(str(part)[:_MAX_NAME] for part in location)
