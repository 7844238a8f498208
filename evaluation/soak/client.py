"""One caller of the service, on one connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.parse import quote

from evaluation.soak.promises import Broken

PATIENCE_S = 60.0
"""A reply that takes longer counts as none."""
IDLE_S = 2.0
"""A connection that was idle for so long may be closed by the service: another one is taken."""
PAGE = 100
_DONE = range(200, 300)
PROBLEM = "urn:fixpoint:problem:"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``status`` 0 when the connection broke first."""

    status: int
    body: Mapping[str, Any]
    seconds: float

    @property
    def problem(self) -> str:
        """The kind of problem it tells, or why there was no reply; else empty."""
        return str(self.body.get("type", "")).removeprefix(PROBLEM)

    @property
    def came(self) -> str:
        """Status and problem in a few words."""
        return f"{self.status or 'no reply'} {self.problem}".strip()

    @property
    def clear(self) -> bool:
        """Whether it says yes, or that just now it cannot be and why."""
        named = str(self.body.get("type", "")).startswith(PROBLEM)
        return self.status in _DONE or (self.status == HTTPStatus.SERVICE_UNAVAILABLE and named)


class Client:
    """Keeps its connection and its cookies; for one thread at a time."""

    def __init__(self, port: int, key: str = "") -> None:
        """Nothing is sent yet; without a key the caller is an anonymous visitor."""
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._used = monotonic()

    def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, once: str = ""
    ) -> Reply:
        """Send a request, under an idempotency key if ``once`` is one; never raises for a reply."""
        headers = {**self._headers, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if once:
            headers["Idempotency-Key"] = once
        if monotonic() - self._used > IDLE_S:
            self.close()
        began = monotonic()
        try:
            sent = json.dumps(body) if body is not None else None
            self._connection.request(method, path, sent, headers)
            status, received = self._received(self._connection.getresponse())
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            status, received = 0, {"type": type(error).__name__}
        self._used = monotonic()
        return Reply(status, received, self._used - began)

    def search(self, symptom: str) -> Reply:
        """Ask what to try."""
        return self.ask("POST", "/api/v1/search", {"symptom": symptom})

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()

    def _received(self, response: HTTPResponse) -> tuple[int, Mapping[str, Any]]:
        received = json.loads(response.read() or b"{}")
        for cookie in response.headers.get_all("Set-Cookie", []):
            self._headers["Cookie"] = cookie.partition(";")[0]
        return response.status, received


def kept(port: int, key: str, solutions: set[str]) -> Iterator[tuple[str, str]]:
    """Id and case of every outcome that the service knows of these solutions, read as staff.

    Raises :class:`Broken` when it does not tell.
    """
    with closing(Client(port, key)) as client:
        for solution in sorted(solutions):
            path = f"/api/v1/solutions/{quote(solution)}/outcomes?limit={PAGE}"
            before: int | None = None
            while True:
                reply = client.ask("GET", path + (f"&before={before}" if before else ""))
                if reply.status != HTTPStatus.OK:
                    raise Broken(f"reading the outcomes of {solution}: {reply.came}")
                yield from ((each["id"], each["case"]) for each in reply.body["outcomes"])
                before = reply.body["next"]
                if before is None:
                    break


def lost(port: int, key: str, told: Mapping[str, str]) -> int:
    """How many of these outcomes, solutions by id, the service does not know; read as staff."""
    return len(told.keys() - dict(kept(port, key, set(told.values()))).keys())
