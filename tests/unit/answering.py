"""A service that answers as the test says, for the tests of the soak."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from evaluation.soak.client import PROBLEM

UNAVAILABLE = 503, {"type": f"{PROBLEM}casebook-unavailable"}
FOUND = (
    200,
    {
        "search_id": "s1",
        "generation": "g1",
        "solutions": [{"solution": "charge"}],
    },
)
Answer = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service was asked."""

    method: str
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@contextmanager
def a_service(answer: Callable[[Asked], Answer | None]) -> Iterator[int]:
    """The port of a service that answers so; ``None`` breaks the connection."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Else head and body are two packets, the second 40 ms later.

        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(size) or b"{}")
            answered = answer(Asked(self.command, self.path, body, dict(self.headers)))
            if answered is None:
                self.close_connection = True
                return
            text = json.dumps(answered[1]).encode()
            self.send_response(answered[0])
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Set-Cookie", "fixpoint-visitor=me; HttpOnly")
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PATCH = do_GET  # noqa: N815 - as the library calls them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def honest(asked: Asked) -> Answer:
    """As the product answers."""
    if asked.path.endswith("/search"):
        return FOUND
    corrected = asked.path.removeprefix("/api/v1/outcomes/") if asked.method == "PATCH" else None
    again = {"id": asked.headers["Idempotency-Key"], "solution": "charge", "corrects": corrected}
    return 201 if asked.method == "POST" else 200, {**asked.body, **again}


class Some(Event):
    """Is set once it was looked at so often."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def wait(self, _: float | None = None) -> bool:
        return self.is_set()


def unrecorded(_: Asked) -> Answer:
    return 200, {**FOUND[1], "search_id": None}


def empty(_: Asked) -> Answer:
    return 200, {**FOUND[1], "solutions": []}
