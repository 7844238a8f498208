"""Visitors: who stays the same without having signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.e2e.place import VISITOR, Place, cookies


def test_a_visitor_stays_the_same_and_is_nobody_else(place: Place, client: TestClient) -> None:
    first = client.get("/who")

    assert len(cookies(first)) == 1
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get("/who")
    assert again.json() == first.json()
    assert cookies(again) == []
    assert place.client().get("/who").json() != first.json()


def test_a_visitor_is_known_to_every_replica(place: Place, client: TestClient) -> None:
    replica = place.client()

    visitor = client.get("/who").json()
    replica.cookies.update(client.cookies)

    assert replica.get("/who").json() == visitor


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: "A" * 22 + value[22:],
        lambda value: value[:22],
        lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"),
        lambda _: "",
        lambda _: "é.é",
        lambda _: "x" * 4000,
    ],
)
def test_a_forged_cookie_makes_a_new_visitor(
    place: Place, client: TestClient, forge: Callable[[str], str]
) -> None:
    visitor = client.get("/who").json()[0]
    forged = forge(client.cookies["fixpoint-visitor"])
    header = {b"Cookie": f"fixpoint-visitor={forged}".encode("latin-1")}

    response = place.client().get("/who", headers=header)

    assert VISITOR.fullmatch(response.json()[0])
    assert response.json()[0] not in {visitor, "anonymous:" + "A" * 22}
    assert len(cookies(response)) == 1
