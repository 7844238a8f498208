"""The cookies that tell who is asking: out of reach for scripts, other sites and plain HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of ours.

    On HTTPS its name begins with ``__Host-``, and no other name is read: so neither a neighbouring
    host nor a page on plain HTTP can plant one (RFC 6265bis, 4.1.3.2).
    """

    plain_name: str

    def name(self, request: Request) -> str:
        """What it is called where the request came in."""
        return f"__Host-{self.plain_name}" if _secure(request) else self.plain_name

    def value(self, request: Request) -> str:
        """What the request carries, empty when it carries none."""
        return request.cookies.get(self.name(request), "")

    def set(self, request: Request, response: Response, value: str, age: timedelta) -> None:
        """Let the client keep a value for so long."""
        response.set_cookie(
            self.name(request),
            value,
            max_age=int(age.total_seconds()),
            secure=_secure(request),
            httponly=True,
            samesite="lax",
        )

    def drop(self, request: Request, response: Response) -> None:
        """Let the client forget it."""
        self.set(request, response, "", timedelta(0))


SESSION = Cookie("fixpoint")
VISITOR = Cookie("fixpoint-visitor")


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
