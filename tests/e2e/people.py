"""Customers and staff, each at a browser of their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from kb.casebook.database import Database
from kb.casebook.keyring import Keyring
from kb.casebook.tables import searches
from kb.domain import Scope

NOBODYS = "00000000-0000-4000-8000-000000000000"


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, client: TestClient, lang: str = "zh") -> None:
        self.client = client
        client.headers |= {"Accept": "text/html", "Accept-Language": lang}

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def send(self, path: str, **fields: str) -> Response:
        """Send a form of ours, and stay where it leads."""
        token = re.search(r'name="csrf" value="(\w+)"', self.get("/").text)
        assert token
        parts = {name: (None, value) for name, value in {"csrf": token[1], **fields}.items()}
        return self.client.post(path, files=parts)

    def search(self) -> str:
        """Look the shelf's solution up; the search's id."""
        found = re.search(r"\?s=([0-9a-f-]{36})", self.get("/?q=4013").text)
        assert found
        return found[1]


def sign_in(person: Person) -> None:
    database = person.client.app_state["kb"].database
    made = Keyring(database).create("a", Scope.ADMIN, actor="test", at=datetime.now(UTC))
    assert person.send("/sign-in", key=made.text, next="/agent").url.path == "/agent"


def recorded(client: TestClient) -> int:
    """How many searches are in the casebook."""
    database: Database = client.app_state["kb"].database
    count = select(func.count()).select_from(searches)
    return database.read(lambda connection: connection.scalar(count)) or 0
