"""How often anybody may ask, sign in or guess."""

from __future__ import annotations

from fastapi.testclient import TestClient

from kb.domain import Scope
from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.place import HTML, Place, bearer, sign_in
from tests.e2e.shelf import Shelf, opener


def test_who_asks_too_often_is_told_when_to_ask_again(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=3))
    client.get("/who")

    statuses = [client.get("/often").status_code for _ in range(4)]
    refused = client.get("/often")

    assert statuses == [200, 200, 200, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    page = client.get("/often", headers=HTML)
    assert f"请等 {page.headers['retry-after']} 秒再试" in page.text


def test_an_address_may_ask_ten_times_as_often_under_any_names(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1))

    statuses = []
    for _ in range(11):
        client.cookies.clear()
        statuses.append(client.get("/often").status_code)

    assert statuses == [200] * 10 + [429]


def test_a_key_may_ask_ten_times_as_often_as_a_visitor(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1))

    statuses = [
        client.get("/often", headers=bearer(place.key(Scope.AGENT))).status_code for _ in range(11)
    ]

    assert statuses == [200] * 10 + [429]


def test_no_key_is_kept_waiting_by_others_at_its_address(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1))
    search, agent, admin = map(place.key, (Scope.SEARCH, Scope.AGENT, Scope.ADMIN))

    used_up = [client.get("/often", headers=bearer(search)).status_code for _ in range(11)][-1]
    agents = client.get("/often", headers=bearer(agent)).status_code
    visitors = []
    for _ in range(11):
        client.cookies.clear()
        visitors.append(client.get("/often").status_code)
    admins = client.get("/often", headers=bearer(admin)).status_code
    sign_in(client, admin)
    in_a_session = [client.get("/often").status_code for _ in range(10)]

    assert (used_up, agents) == (429, 200)
    assert visitors == [200] * 10 + [429]
    assert admins == 200
    assert in_a_session == [200] * 9 + [429]


def test_who_asks_too_often_is_told_what_and_for_whom_it_counts(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1, sign_in_per_minute=1))

    def told(times: int, headers: dict[str, str] | None = None) -> str:
        answers = [client.get("/often", headers=headers).json() for _ in range(times)]
        return str(answers[-1]["detail"])

    client.get("/who")
    visitor = told(2)
    key = told(11, bearer(place.key(Scope.SEARCH)))
    guesser = told(11, bearer("wrong"))
    signing_in = [sign_in(client, "wrong") for _ in range(2)][-1]

    assert visitor.startswith("more than 1 questions in a minute by this visitor: try again in ")
    assert key.startswith("more than 10 questions in a minute with this key: try again in ")
    assert guesser.startswith("more than 10 questions in a minute from this address: try again")
    assert "more than 1 attempts to sign in in a minute from" in signing_in.json()["detail"]


def test_guessing_keys_is_limited_by_address(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1, sign_in_per_minute=2))

    guessed = [client.get("/often", headers=bearer("wrong")).status_code for _ in range(11)]
    tried = [sign_in(client, "wrong").status_code for _ in range(3)]

    assert guessed == [401] * 10 + [429]
    assert tried == [401, 401, 429]


def test_an_address_is_what_the_connection_says(place: Place) -> None:
    client = place.client(settings=Settings(sign_in_per_minute=1))

    statuses = []
    for number in range(3):
        client.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        statuses.append(sign_in(client, "wrong").status_code)

    assert statuses == [401, 429, 429]


def test_searches_are_limited_by_the_settings() -> None:
    with TestClient(create_app(Settings(search_per_minute=2), opener(Shelf()))) as client:
        client.get("/api/v1/articles/zh/update-error-4013")

        statuses = [
            client.post("/api/v1/search", json={"symptom": "4013"}).status_code for _ in range(3)
        ]

    assert statuses == [200, 200, 429]
