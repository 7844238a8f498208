"""Keys, as a program shows them with its requests."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from kb.casebook.keyring import Keyring
from kb.domain import Scope
from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.place import HTML, NOON, VISITOR, Place, bearer, cookies, sign_in
from tests.e2e.shelf import Shelf, opener


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_says_who_is_asking(place: Place, client: TestClient, scope: Scope) -> None:
    response = client.get("/who", headers=bearer(place.key(scope)))

    scopes = set(Scope) if scope is Scope.ADMIN else {Scope.SEARCH, scope}
    assert response.json() == [f"key:{place.keys[scope].key.id}", *sorted(scopes)]
    assert cookies(response) == []


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer ", "Bearer admin", "Bearer fxp_aaaaaaaa_" + "A" * 43, "Basic YTpi", "x"],
)
def test_a_wrong_key_is_refused_even_where_none_is_needed(client: TestClient, shown: str) -> None:
    response = client.get("/who", headers={"Authorization": shown})

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["type"] == "urn:fixpoint:problem:not-signed-in"
    assert "A" * 43 not in response.text


def test_a_wrong_key_on_a_page_is_told_and_sent_nowhere(client: TestClient) -> None:
    response = client.get("/agent", headers=HTML | bearer("fxp_wrong"))

    assert response.status_code == 401
    assert "请先登录" in response.text


def test_a_revoked_key_and_its_session_end_with_the_next_request(
    place: Place, client: TestClient
) -> None:
    key = place.key(Scope.AGENT)
    assert sign_in(client, key).status_code == 303
    assert client.get("/agent").json() == "welcome"

    id_ = place.keys[Scope.AGENT].key.id
    revoked = client.delete(f"/api/v1/keys/{id_}", headers=bearer(place.key(Scope.ADMIN)))

    assert revoked.json()["revoked_at"] == "2026-11-01T12:00:00Z"
    assert client.get("/who", headers=bearer(key)).status_code == 401
    assert client.get("/agent").status_code == 401
    assert VISITOR.fullmatch(client.get("/who").json()[0])


@pytest.mark.parametrize(
    ("scope", "status"),
    [(None, 401), (Scope.SEARCH, 403), (Scope.WRITER, 403), (Scope.AGENT, 200), (Scope.ADMIN, 200)],
)
def test_a_route_lets_its_scope_through(
    place: Place, client: TestClient, scope: Scope | None, status: int
) -> None:
    headers = bearer(place.key(scope)) if scope else {}

    for path in ("/agent", "/api/v1/agent"):
        response = client.get(path, headers=headers)
        assert response.status_code == status
        assert ("www-authenticate" in response.headers) is (status == 401)
        assert status == 200 or "agent" in response.json()["detail"]


def test_nothing_else_in_a_request_says_who_is_asking(place: Place, client: TestClient) -> None:
    key = place.key(Scope.ADMIN)
    claims = {"X-Audience": "internal", "X-Scopes": "admin", "X-User": "root", "X-Api-Key": key}
    forged = {"fixpoint": key, "session": key, "__Host-fixpoint": key, "scopes": "admin"}
    query = {"key": key, "scopes": "admin", "actor": "key:root", "access_token": key}

    client.cookies.update(forged)
    response = client.post("/who", headers=claims, params=query, json=query)

    actor, *scopes = response.json()
    assert VISITOR.fullmatch(actor)
    assert scopes == ["search"]


def test_a_key_stands_over_a_session_and_a_session_over_a_visitor(
    place: Place, client: TestClient
) -> None:
    visitor = client.get("/who").json()[0]
    sign_in(client, place.key(Scope.AGENT))

    assert client.get("/who").json()[0] == f"key:{place.keys[Scope.AGENT].key.id}"
    with_key = client.get("/who", headers=bearer(place.key(Scope.WRITER))).json()
    assert with_key == [f"key:{place.keys[Scope.WRITER].key.id}", "search", "writer"]
    assert client.get("/who", headers=bearer("wrong")).status_code == 401

    client.cookies.delete("fixpoint")
    assert client.get("/who").json()[0] == visitor


@pytest.mark.parametrize(
    ("scope", "seen"),
    [(None, False), (Scope.SEARCH, False), (Scope.AGENT, True), (Scope.WRITER, True)],
)
@pytest.mark.parametrize("path", ["/api/v1/articles/zh/update-error-4013", "/articles/zh/secret"])
def test_internal_texts_are_for_the_keys_of_staff(
    scope: Scope | None, path: str, *, seen: bool
) -> None:
    shelf = Shelf()
    with TestClient(create_app(Settings(), opener(shelf))) as client:
        keyring = Keyring(shelf.database)
        made = keyring.create("x", scope or Scope.SEARCH, actor="cli:root", at=NOON)
        headers = bearer(made.text) if scope else {}

        response = client.get(path, headers=headers, params={"audience": "internal"})

        assert ("SECRET-4711" in response.text) is seen
