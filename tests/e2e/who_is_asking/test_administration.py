"""Administrators: the keys that they make, and the log of what was done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from kb.domain import Scope
from tests.e2e.place import VISITOR, Place, bearer, sign_in, token


def test_every_act_is_in_the_audit_log_and_no_secret_is(place: Place, client: TestClient) -> None:
    key = place.key(Scope.ADMIN)
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    sign_in(client, "my-password")
    sign_in(client, wrong)
    sign_in(client, key)
    made = client.post("/api/v1/keys", json={"name": "客服台", "scope": "agent"}).json()
    client.delete(f"/api/v1/keys/{made['id']}")
    client.post("/sign-out", data={"csrf": token(client.get("/sign-in"))})

    log = client.get("/api/v1/audit", headers=bearer(key))

    admin = f"key:{place.keys[Scope.ADMIN].key.id}"
    seen = [(act["act"], act["object"]) for act in reversed(log.json()["acts"])]
    assert seen == [
        ("key-created", admin.removeprefix("key:")),
        ("sign-in-failed", ""),
        ("sign-in-failed", admin.removeprefix("key:")),
        ("signed-in", ""),
        ("key-created", made["id"]),
        ("key-revoked", made["id"]),
        ("signed-out", ""),
    ]
    actors = [act["actor"] for act in reversed(log.json()["acts"])]
    assert [actors[0], *actors[3:]] == ["cli:root", *[admin] * 4]
    assert all(VISITOR.fullmatch(actor) for actor in actors[1:3])
    for secret in ("my-password", key[13:], made["key"][13:]):
        assert secret not in log.text


def test_a_key_is_made_once_and_works(place: Place, client: TestClient) -> None:
    headers = bearer(place.key(Scope.ADMIN))
    place.now += timedelta(seconds=1)

    made = client.post("/api/v1/keys", json={"name": "客服台", "scope": "agent"}, headers=headers)
    listed = client.get("/api/v1/keys", headers=headers)

    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    key = made.json()["key"]
    assert client.get("/agent", headers=bearer(key)).status_code == 200
    assert [each["name"] for each in listed.json()["keys"]] == ["admin", "客服台"]
    assert key[13:] not in listed.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "x", "scope": "root"},
        {"name": "", "scope": "agent"},
        {"name": " ", "scope": "agent"},
        {"name": "a\nb", "scope": "agent"},
        {"name": "x" * 101, "scope": "agent"},
        {"name": 1, "scope": "agent"},
        {"name": "x", "scope": "agent", "id": "aaaaaaaa"},
    ],
)
def test_a_key_of_another_form_is_not_made(
    place: Place, client: TestClient, body: dict[str, object]
) -> None:
    response = client.post("/api/v1/keys", json=body, headers=bearer(place.key(Scope.ADMIN)))

    assert response.status_code == 422
    assert place.deeds() == ["key-created"]


@pytest.mark.parametrize("key", ["aaaaaaaa", "x" * 5000, "%00", "钥匙"])
def test_a_key_that_does_not_exist_is_not_found(place: Place, client: TestClient, key: str) -> None:
    response = client.delete(f"/api/v1/keys/{key}", headers=bearer(place.key(Scope.ADMIN)))

    assert response.status_code == 404
    assert response.json()["type"] == "urn:fixpoint:problem:unknown-key"


@pytest.mark.parametrize("scope", [None, Scope.SEARCH, Scope.AGENT, Scope.WRITER])
def test_only_administrators_see_keys_and_the_log(
    place: Place, client: TestClient, scope: Scope | None
) -> None:
    headers = bearer(place.key(scope)) if scope else {}
    status = 403 if scope else 401

    for method, path in (
        ("GET", "keys"),
        ("POST", "keys"),
        ("DELETE", "keys/aaaaaaaa"),
        ("GET", "audit"),
    ):
        assert client.request(method, f"/api/v1/{path}", headers=headers).status_code == status


def test_the_log_is_read_page_by_page(place: Place, client: TestClient) -> None:
    headers = bearer(place.key(Scope.ADMIN))
    for number in range(4):
        client.post("/api/v1/keys", json={"name": str(number), "scope": "agent"}, headers=headers)

    names, before = list[str](), dict[str, int]()
    for _ in range(3):
        page = client.get("/api/v1/audit", params={"limit": 2, **before}, headers=headers).json()
        names += [act["details"]["name"] for act in page["acts"]]
        before = {"before": page["next"]}

    assert names == ["3", "2", "1", "0", "admin"]
    assert page["next"] is None
    for wrong in ({"limit": 0}, {"limit": 201}, {"before": 0}, {"before": 2**63}, {"before": "x"}):
        response = client.get("/api/v1/audit", params=wrong, headers=headers)
        assert response.status_code == 422
