"""What a form held that came after its session was over: it is sent again in the next one.

Until then it stands in the page alone that answers it, never in an address, a cookie or a log.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from search_api.body_limit import MAX_BODY_BYTES
from search_api.csrf import FIELD
from search_api.origin import foreign, own_path

_MOST_BYTES = MAX_BODY_BYTES - 4096
"""The sign-in form sends it beside a key, an address and a token."""


class Unsent(BaseModel):
    """A form of ours that was not taken."""

    model_config = ConfigDict(frozen=True)

    path: str
    """Where it was sent."""
    fields: tuple[tuple[str, str], ...]
    """What it held, but for the token that is no good any more."""


async def kept(request: Request) -> str:
    """What a form held, as the sign-in form hands it on.

    Empty for a form of another site, one that held nothing or cannot be read, and one that is too
    long to hand on.
    """
    if foreign(request):
        return ""
    try:
        async with request.form() as form:
            sent = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    except HTTPException:
        return ""
    fields = tuple((name, value) for name, value in sent if name != FIELD)
    text = Unsent(path=request.url.path, fields=fields).model_dump_json()
    return text if fields and len(text.encode()) <= _MOST_BYTES else ""


def read(text: str) -> Unsent | None:
    """What :func:`kept` made; ``None`` for anything else."""
    try:
        found = Unsent.model_validate_json(text)
    except ValidationError:
        return None
    return found if own_path(found.path) else None
