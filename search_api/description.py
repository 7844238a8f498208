"""What OpenAPI says of the service beyond its routes, so that a stranger can write a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse

from kb.settings import Settings
from kb.vocabulary import Vocabulary
from search_api.cookies import VISITOR
from search_api.deps import READINGS, SHARED, Kb
from search_api.problems import BAD_REQUEST, DOCUMENT, MEDIA_TYPE, PROBLEM, STATUS, kind_name
from search_api.schemas.problem import Problem

router = APIRouter(include_in_schema=False)

TAGS = [
    {"name": "search", "description": "A symptom's solutions."},
    {"name": "articles", "description": "What a solution says, as far as the caller may see it."},
    {"name": "outcomes", "description": "What trying a solution did."},
    {"name": "cases", "description": "Everything that was said of one customer's problem."},
    {"name": "admin", "description": "Keys and the audit log."},
    {"name": "health", "description": "For load balancers."},
]
ANYBODY: dict[str, Any] = {"security": [{}]}
"""As ``openapi_extra``: the operation takes no key or session, where it knows what to do with one.
"""

_ABOUT = f"""\
Describe a symptom in Chinese or English; get the solutions most likely to resolve it, best first.
Highlights are counted in Unicode code points.

In a path, a case number and the name of a solution are percent-encoded: `#` is `%23`, `?` is `%3F`,
Chinese is UTF-8; `/` may stand as it is or as `%2F`.

## Who may report

Searching and saying what a solution did take no key. Without one, keep the cookie that the first
answer sets (`__Host-{VISITOR.plain_name}`; on plain HTTP `{VISITOR.plain_name}`) and send it with
every request: outcomes are taken for searches of the same visitor alone. A client that keeps no
cookies sends a key: `Authorization: Bearer fxp_…`.
"""
_LIMITS = """
## How often

In any minute, a visitor may search {each} times and report {each} times (corrections, retractions
and reopenings are reports too), a key {shared} times each. A key, whoever uses it, may read
{readings} articles. Everybody at one address who shows no good key may together do as much as a
key. Whatever is more gets 429, and `Retry-After` says after how many seconds to try again.
"""
_PROBLEMS = f"""
## Problems

Every error is a problem document (RFC 9457, `{MEDIA_TYPE}`); its `instance` is also in the
service's log. These are all values of its `type`:

| `type` | status | meaning |
|---|---|---|
"""
_BLANK = """\
| `about:blank` | others | What the status says, and `detail` in words: 400 no JSON, 403 another \
site's page asked, 404 nothing at this address, 405 another method, 408 too slow, 413 too long, \
415 no `Content-Type: application/json`, 429 too often, 500 our own mistake, 503 stopping. |
"""

_HEADERS: Mapping[int, Mapping[str, Any]] = {
    HTTPStatus.UNAUTHORIZED: {
        "WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}
    },
    HTTPStatus.TOO_MANY_REQUESTS: {
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    },
}
"""What else is said of a problem's answer."""
_MEANING: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "The body is not read as JSON: `detail` says why and, mostly, where.",
    HTTPStatus.UNAUTHORIZED: "This takes a key, and none was shown or none of ours.",
    HTTPStatus.FORBIDDEN: "The key that was shown may not do this, or another site's page asked.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The form is wrong (`bad-request`, with `errors`), or what "
    "it says cannot be taken: `type` and `detail` tell why.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too often: `detail` says what, and for whom it counts.",
}
"""What is said of a status that needs more than its name."""


def about(settings: Settings) -> str:
    """What the document says first: who may do what how often, and all kinds of problems."""
    each = settings.search_per_minute
    limits = _LIMITS.format(each=each, shared=SHARED * each, readings=READINGS * each)
    return f"{_ABOUT}{limits}{_PROBLEMS}{''.join(_kinds())}{_BLANK}"


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What is said of the problems that a route may answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {
            "description": _MEANING.get(status, HTTPStatus(status).phrase),
            "content": content,
        }
        | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
        for status in statuses
    }


@router.api_route(DOCUMENT, methods=["GET", "HEAD"])
async def openapi(request: Request, kb: Kb) -> JSONResponse:
    """The document, made when it is first asked for: it names what the open vocabulary knows."""
    app: FastAPI = request.app
    if app.openapi_schema is None:
        _complete(app.openapi(), kb.vocabulary)
    return JSONResponse(app.openapi_schema)


def _kinds() -> Iterator[str]:
    """A row for each kind of problem that a client may meet."""
    meaning = "A request of another form; `errors` says what is wrong where."
    yield _row(BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, meaning)
    for kind, status in sorted(STATUS.items(), key=lambda each: each[1]):
        if status is not HTTPStatus.INTERNAL_SERVER_ERROR:
            yield _row(kind_name(kind), status, (getdoc(kind) or "").partition("\n")[0])


def _row(kind: str, status: HTTPStatus, meaning: str) -> str:
    return f"| `{PROBLEM}{kind}` | {status} | {meaning} |\n"


def _complete(document: dict[str, Any], vocabulary: Vocabulary) -> None:
    """Add the schema of problems and the vocabulary; drop what no answer of ours has."""
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for foreign in ("HTTPValidationError", "ValidationError"):
        schemas.pop(foreign, None)
    for operation in _operations(document):
        answers = operation["responses"]
        if "application/json" in answers.get("422", {}).get("content", {}):
            del answers["422"]
    _name_keys(schemas["EnvironmentIn"]["properties"], vocabulary)


def _name_keys(stated: Mapping[str, dict[str, Any]], vocabulary: Vocabulary) -> None:
    groups = {
        "product": vocabulary.products,
        "os": vocabulary.systems,
        "host": vocabulary.hosts,
        "app": vocabulary.apps,
    }
    for name, entries in groups.items():
        keys = ", ".join(f"`{key}`" for key in entries) or "none"
        stated[name]["description"] += f" Its keys here: {keys}."


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
