"""Responses that a client need not fetch twice."""

from __future__ import annotations

from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

_KEPT = {"etag", "vary", "cache-control", "set-cookie"}


def revalidated(request: Request, response: Response) -> Response:
    """The response with an ``ETag``, or 304 without a body if the client has this very one.

    Source: RFC 9110, 13.1.2: ``If-None-Match`` compares weakly, and ``*`` matches anything.
    """
    etag = f'"{blake2b(bytes(response.body), digest_size=16).hexdigest()}"'
    response.headers["ETag"] = etag
    known = {tag.strip().removeprefix("W/") for tag in _if_none_match(request).split(",")}
    if not known & {etag, "*"}:
        return response
    unchanged = Response(status_code=304)
    kept = [(name, value) for name, value in response.raw_headers if name.decode() in _KEPT]
    unchanged.raw_headers = kept
    return unchanged


def _if_none_match(request: Request) -> str:
    return request.headers.get("if-none-match", "")
