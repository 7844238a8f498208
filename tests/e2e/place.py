"""A place with nothing to search, where a test asks who is asking."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Annotated

from fastapi import APIRouter, FastAPI, Form
from fastapi.testclient import TestClient
from httpx2 import Response

from kb.casebook.acts import AuditLog
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring, NewKey
from kb.domain import Scope
from kb.settings import Settings
from search_api import admin, problems, sessions
from search_api.csrf import Genuine
from search_api.deps import Caller, limited, needs
from search_api.identity import open_identity
from search_api.metrics import Metrics
from search_api.request_log import RequestLog
from search_api.templating import Templates
from search_api.visitors import VisitorCookie

HTML = {"Accept": "text/html"}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
VISITOR = re.compile(r"anonymous:[A-Za-z0-9_-]{22}")
desk = APIRouter()


@desk.get("/who")
@desk.post("/who")
def who(caller: Caller) -> list[str]:
    return [caller.actor, *sorted(caller.scopes)]


@desk.post("/agent", dependencies=[needs(Scope.AGENT), Genuine])
def ask(symptom: Annotated[str, Form()] = "") -> str:
    return f"asked {symptom!r}"


@desk.get("/agent", dependencies=[needs(Scope.AGENT)])
@desk.get("/api/v1/agent", dependencies=[needs(Scope.AGENT)])
def agents_only() -> str:
    return "welcome"


@desk.post("/form", dependencies=[Genuine])
def form() -> str:
    return "taken"


@desk.get("/often", dependencies=[limited("questions")])
def often() -> str:
    return "done"


@dataclass
class Place:
    """A service with nothing to search, on a clock that the test turns."""

    database: Database
    stack: ExitStack
    now: datetime = NOON
    keys: dict[Scope, NewKey] = field(default_factory=dict)

    def client(self, scheme: str = "http", settings: Settings | None = None) -> TestClient:
        app = self._app(settings or Settings())
        client = TestClient(
            app, f"{scheme}://kb.example", follow_redirects=False, client=("192.0.2.7", 5000)
        )
        return self.stack.enter_context(client)

    def key(self, scope: Scope) -> str:
        if scope not in self.keys:
            keyring = Keyring(self.database)
            self.keys[scope] = keyring.create(scope, scope, actor="cli:root", at=self.now)
        return self.keys[scope].text

    def deeds(self) -> list[str]:
        return [act.act for act in reversed(AuditLog(self.database).page(limit=100))]

    def _app(self, settings: Settings) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
            identity = open_identity(self.database, settings, lambda: self.now)
            yield {"identity": identity, "templates": Templates()}

        app = FastAPI(lifespan=lifespan)
        for router in (desk, sessions.router, admin.router):
            app.include_router(router)
        problems.install(app)
        app.add_middleware(VisitorCookie)
        app.add_middleware(RequestLog, Metrics())
        return app


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def token(page: Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


def sign_in(client: TestClient, key: str, **fields: str) -> Response:
    form = {"csrf": token(client.get("/sign-in")), "key": key, **fields}
    return client.post("/sign-in", data=form)


def cookies(response: Response) -> list[str]:
    return response.headers.get_list("set-cookie")


def fields(page: Response) -> dict[str, str]:
    """What the form in a page's main part sends, as a browser reads it."""
    main = page.text.partition("<main")[2]
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main)
    areas = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', main, re.DOTALL)
    return {name: unescape(value) for name, value in (*inputs, *areas)}
