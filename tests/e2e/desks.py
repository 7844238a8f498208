"""Programs that report outcomes over HTTP, and what they are answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from kb.casebook.keyring import Keyring
from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.shelf import Shelf

SEARCH, OUTCOMES, CASES = "/api/v1/search", "/api/v1/outcomes", "/api/v1/cases"
SOLUTION = "update-error-4013"
TOLD = f"/api/v1/solutions/{SOLUTION}/outcomes"
NOBODYS = "0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11"
MANY = Settings(search_per_minute=1000)


class Desk:
    """Whoever shows a key with each request, and keeps no cookies."""

    def __init__(self, client: TestClient, key: str = "") -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __call__(self, method: str, path: str, body: object = None, *, key: str = "") -> Response:
        self._client.cookies.clear()
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        return self._client.request(method, path, json=body, headers=headers)

    def search(self, symptom: str = "4013", **fields: object) -> str:
        found = self("POST", SEARCH, {"symptom": symptom, "lang": "zh", **fields})
        return str(found.json()["search_id"])

    def report(self, *, key: str = "", **fields: object) -> Response:
        body = {"solution": SOLUTION, "verdict": "solved", **fields}
        return self("POST", OUTCOMES, body, key=key)


def desk(client: TestClient, shelf: Shelf, scope: Scope) -> Desk:
    made = Keyring(shelf.database).create(
        f"a {scope} desk", scope, actor="cli:test", at=datetime.now(UTC)
    )
    return Desk(client, made.text)


def problem(response: Response, status: int, kind: str = "") -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["type"].endswith(kind)
    return found


def made(response: Response, status: int = 201) -> dict[str, Any]:
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()
    return found


def visitors_search(client: TestClient, symptom: str = "4013") -> str:
    body = {"symptom": symptom, "lang": "zh"}
    return str(client.post(SEARCH, json=body).json()["search_id"])
