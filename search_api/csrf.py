"""Forms that only our own pages can send."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, HTTPException
from starlette.requests import Request

from search_api.identity import Standing, open_in, standing

FIELD = "csrf"
"""Name of the hidden field that holds the token."""


def token(request: Request) -> str:
    """What a form must hold: a mark that only we can make, good for this browser's cookie alone.

    Source: OWASP cheat sheet on CSRF, "HMAC based token pattern".
    """
    return token_for(request, standing(request).bond)


def token_for(request: Request, bond: str) -> str:
    """The same for a browser that has this bond from now on, as one that just signed in."""
    return hmac.new(open_in(request).form_secret, bond.encode(), sha256).hexdigest()


class Stale(HTTPException):
    """A form without the token of this browser's cookie, as an older page of ours sends it: 403."""

    def __init__(self) -> None:
        super().__init__(403, "the form is not ours or too old: open its page, then send")


async def _genuine(
    request: Request, stands: Annotated[Standing, Depends(standing)]
) -> AsyncIterator[None]:
    # Whatever files were sent are closed after the route, whether it reads them or not.
    async with request.form() as form:
        if stands.bond and not _ours(request, form.get(FIELD)):
            raise Stale
        yield


def _ours(request: Request, sent: object) -> bool:
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), token(request).encode())


Genuine = Depends(_genuine)
"""For every route that takes a form: 403 unless it came from a page of ours in this browser."""
