"""What search engines are asked to leave alone: searches, desks and forms."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from search_api.schemas.asking import Asked

_LEFT_ALONE = (
    *(f"/?{field}=" for field in Asked.model_fields),
    *("/agent", "/writer", "/sign-in", "/sign-out"),
    *("/log", "/outcomes", "/thanks/", "/api/", "/metrics"),
)
ROBOTS = "\n".join(("User-agent: *", *(f"Disallow: {path}" for path in _LEFT_ALONE), ""))
"""RFC 9309: what begins so is left alone, anything else may be read."""
KEPT_S = 86400
"""A day: longer than that no crawler should keep it (RFC 9309, 2.4)."""

router = APIRouter(include_in_schema=False)


@router.api_route("/robots.txt", methods=["GET", "HEAD"])
def robots() -> PlainTextResponse:
    """Articles and the search field may be read; what a customer typed stands in addresses."""
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": f"public, max-age={KEPT_S}"})
