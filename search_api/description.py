"""What OpenAPI says of the service beyond its routes, so that a stranger can write a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from search_api.cookies import VISITOR
from search_api.schemas.problem import Problem

TAGS = [
    {"name": "search", "description": "A symptom's solutions."},
    {"name": "articles", "description": "What a solution says, as far as the caller may see it."},
    {"name": "outcomes", "description": "What trying a solution did."},
    {"name": "cases", "description": "Everything that was said of one customer's problem."},
    {"name": "admin", "description": "Keys and the audit log."},
    {"name": "health", "description": "For load balancers."},
]
WHO = f"""\
Searching and saying what a solution did take no key. Without one, keep the cookie that the first
answer sets (`__Host-{VISITOR.plain_name}`; on plain HTTP `{VISITOR.plain_name}`) and send it with
every request: outcomes are taken for searches of the same visitor alone. A client that keeps no
cookies sends a key: `Authorization: Bearer fxp_…`.
"""
"""Who may report, for clients that are no browser."""
ANYBODY: dict[str, Any] = {"security": [{}]}
"""As ``openapi_extra``: the operation takes no key or session, where it knows what to do with one.
"""


def described(app: FastAPI) -> None:
    """Complete the application's OpenAPI document, which is made once, when it is asked for."""
    routes_alone = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(routes_alone())
        return routes_alone()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way


def _complete(document: dict[str, Any]) -> None:
    """Add the schema of problems; drop the framework's own, which no answer of ours has."""
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for foreign in ("HTTPValidationError", "ValidationError"):
        schemas.pop(foreign, None)
    for operation in _operations(document):
        answers = operation["responses"]
        if "application/json" in answers.get("422", {}).get("content", {}):
            del answers["422"]


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
