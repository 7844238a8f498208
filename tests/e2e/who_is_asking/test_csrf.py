"""Forms that another site could send."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from kb.domain import Scope
from tests.e2e.place import Place, bearer, sign_in, token


def test_a_form_of_our_page_is_taken(place: Place, client: TestClient) -> None:
    as_visitor = client.post("/form", data={"csrf": token(client.get("/sign-in"))})
    sign_in(client, place.key(Scope.AGENT))
    signed_in = client.post("/form", data={"csrf": token(client.get("/sign-in"))})

    assert as_visitor.json() == signed_in.json() == "taken"


def test_a_form_without_the_token_of_this_browser_is_refused(
    place: Place, client: TestClient
) -> None:
    other = place.client()
    stolen, before = token(other.get("/sign-in")), token(client.get("/sign-in"))
    sign_in(client, place.key(Scope.AGENT))

    for sent in ({}, {"csrf": ""}, {"csrf": "é"}, {"csrf": stolen}, {"csrf": before}):
        assert client.post("/form", data=sent).status_code == 403
    file = {"csrf": ("x.txt", token(client.get("/sign-in")).encode())}
    assert client.post("/form", files=file).status_code == 403
    assert client.post("/form", json={"csrf": token(client.get("/sign-in"))}).status_code == 403


def test_a_visitor_without_a_cookie_cannot_be_made_to_sign_in(place: Place) -> None:
    attacker = place.client()
    form = {"csrf": token(attacker.get("/sign-in")), "key": place.key(Scope.AGENT)}

    response = place.client().post("/sign-in", data=form)

    assert response.status_code == 403
    assert place.deeds() == ["key-created"]


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_another_sites_page_changes_nothing_with_our_cookies(
    place: Place, client: TestClient, headers: dict[str, str]
) -> None:
    sign_in(client, place.key(Scope.ADMIN))
    form = {"csrf": token(client.get("/sign-in"))}
    body = {"name": "x", "scope": "admin"}

    assert client.post("/form", data=form, headers=headers).status_code == 403
    assert client.post("/sign-out", data=form, headers=headers).status_code == 403
    assert client.post("/api/v1/keys", json=body, headers=headers).status_code == 403
    assert client.get("/agent", headers=headers).status_code == 200
    assert place.deeds() == ["key-created", "signed-in"]


def test_a_program_with_a_key_needs_no_token(place: Place, client: TestClient) -> None:
    headers = bearer(place.key(Scope.AGENT)) | {"Origin": "https://crm.example"}

    assert client.post("/form", headers=headers).json() == "taken"
