"""What came of solutions: who may say it of what, what is kept, and who may read it."""

from __future__ import annotations

import json
import logging
import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from kb.cases import CaseId, SearchId
from kb.domain import Principal, Scope
from search_api.app import create_app
from tests.e2e.desks import (
    CASES,
    MANY,
    OUTCOMES,
    SEARCH,
    SOLUTION,
    TOLD,
    Desk,
    desk,
    made,
    problem,
    visitors_search,
)
from tests.e2e.shelf import Shelf, opener


def test_a_visitor_says_what_their_own_search_led_to(client: TestClient, shelf: Shelf) -> None:
    search = visitors_search(client)
    body = {"search_id": search, "solution": SOLUTION, "verdict": "not_solved", "note": "还是不行"}

    said = made(client.post(OUTCOMES, json=body))

    assert (said["solution"], said["verdict"], said["source"]) == (
        SOLUTION,
        "not_solved",
        "anonymous",
    )
    assert (said["search_id"], said["note"], said["corrects"]) == (search, "还是不行", None)
    assert re.fullmatch("C-[0-9A-Z]{4}-[0-9A-Z]{4}", said["case"])
    assert said["at"].endswith("Z")
    kept = shelf.casebook.search(SearchId(search))
    assert [each.solution for each in kept.shown] == [SOLUTION]
    assert kept.shown[0].resolution == "0123456789abcdef"


def test_another_visitor_cannot_speak_of_that_search(client: TestClient) -> None:
    search = visitors_search(client)
    client.cookies.clear()

    body = {"search_id": search, "solution": SOLUTION, "verdict": "solved"}
    problem(client.post(OUTCOMES, json=body), 404, "unknown-search")


@pytest.mark.parametrize(
    "named", [{"case": "CRM-1"}, {"symptom": "报错 4013"}, {"case": "CRM-1", "symptom": "4013"}]
)
def test_a_visitor_needs_a_search_of_theirs(client: TestClient, named: dict[str, str]) -> None:
    body = {"solution": SOLUTION, "verdict": "solved", **named}

    for response in (
        client.post(OUTCOMES, json=body),
        client.get(f"{CASES}/CRM-1"),
        client.post(f"{CASES}/CRM-1/reopenings"),
        client.get(TOLD),
        client.delete(f"{CASES}/CRM-1/texts"),
    ):
        assert "Bearer" in problem(response, 401, "not-signed-in")["detail"]
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_an_outcome_without_search_case_and_symptom_is_refused(agent: Desk) -> None:
    problem(agent.report(), 422, "bad-report")


def test_the_same_request_under_one_key_is_done_once(shop: Desk) -> None:
    key, path = str(uuid4()), f"{CASES}/CRM-1"
    twice = [made(shop.report(case="CRM-1", key=key)) for _ in range(2)]

    assert twice[0] == twice[1]
    assert len(made(shop("GET", path), 200)["history"]) == 1
    problem(shop.report(case="CRM-1", verdict="wrong", key=key), 422, "key-reused")
    problem(shop("POST", f"{path}/reopenings", key=key), 422, "key-reused")
    reopened = [made(shop("POST", f"{path}/reopenings", key="again")) for _ in range(2)]
    assert reopened[0] == reopened[1]
    assert len(made(shop("GET", path), 200)["history"]) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 129, "\u00e9"])
def test_a_key_that_is_none_is_refused(client: TestClient, key: str) -> None:
    body = {"solution": SOLUTION, "verdict": "solved"}
    headers = {b"Idempotency-Key": key.encode("latin-1")}

    found = problem(client.post(OUTCOMES, json=body, headers=headers), 422)

    assert list(found["errors"]) == ["header/Idempotency-Key"]


def test_an_environment_that_nobody_knows_is_refused(agent: Desk) -> None:
    refused = agent.report(case="CRM-1", environment={"product": "zhang.san@qq.com 13800138000"})

    problem(refused, 422, "bad-query")
    problem(agent("GET", f"{CASES}/CRM-1"), 404, "unknown-case")


@pytest.mark.parametrize("solution", ["nothing", "secret", "old", "..", "x" * 500])
def test_one_can_only_report_on_what_one_may_see(shop: Desk, solution: str) -> None:
    found = problem(shop.report(case="CRM-1", solution=solution), 404, "unknown-solution")

    assert "SECRET" not in str(found)


def test_what_a_search_showed_can_be_reported_on_after_it_was_archived(
    shop: Desk, shelf: Shelf
) -> None:
    search = shop.search()
    shelf.articles = ()

    assert made(shop.report(search_id=search))["solution"] == SOLUTION


def test_personal_numbers_are_taken_out_of_what_is_kept(
    client: TestClient, shelf: Shelf, agent: Desk
) -> None:
    search = visitors_search(client, "报错 4013，请打 13812345678")
    said = made(
        agent.report(
            case="CRM-1",
            symptom="错误 4013，写信到 li.si@example.com",
            note="call 13812345678 about error 3194",
        )
    )

    symptom = str(shelf.casebook.search(SearchId(search)).symptom)
    assert "4013" in symptom
    assert "13812345678" not in symptom
    assert "3194" in said["note"]
    assert "13812345678" not in said["note"]
    staff = Principal("key:x", frozenset({Scope.AGENT}))
    assert "li.si" not in str(shelf.casebook.history(CaseId("CRM-1"), staff))


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"verdict": "maybe"}, "body/verdict"),
        ({"verdict": None}, "body/verdict"),
        ({"solution": ""}, "body/solution"),
        ({"solution": "x" * 501}, "body/solution"),
        ({"search_id": "1"}, "body/search_id"),
        ({"case": ""}, "body/case"),
        ({"case": "x" * 65}, "body/case"),
        ({"case": "客户一"}, "body/case"),
        ({"case": "a b"}, "body/case"),
        ({"case": "a\n"}, "body/case"),
        ({"tried": -1}, "body/tried"),
        ({"tried": 101}, "body/tried"),
        ({"tried": True}, "body/tried"),
        ({"note": "x" * 2001}, "body/note"),
        ({"note": "a\0b"}, "body/note"),
        ({"symptom": "x" * 10_001}, "body/symptom"),
        ({"symptom": " "}, "body/symptom"),
        ({"environment": {"version": "18"}}, "body/environment"),
        ({"actor": "key:admin"}, "body/actor"),
        ({"at": "2020-01-01"}, "body/at"),
        ({"note": "\ud800"}, "body/note"),
    ],
)
def test_a_report_of_another_form_is_told_what_is_wrong_where(
    client: TestClient, fields: dict[str, object], place: str
) -> None:
    body = {"solution": SOLUTION, "verdict": "solved", "case": "CRM-1"} | fields
    content = json.dumps(body).encode()
    response = client.post(OUTCOMES, content=content, headers={"Content-Type": "application/json"})

    assert list(problem(response, 422)["errors"]) == [place]


def test_a_note_is_kept_as_it_was_written_less_control_characters(agent: Desk) -> None:
    said = made(agent.report(case="CRM-1", note=" 先重启\n\t再还原\x07 "))

    assert said["note"] == "先重启\n\t再还原"
    assert made(agent.report(case="CRM-1", note=" \n"))["note"] is None


def test_what_came_of_a_solution_is_told_to_staff_page_by_page(
    client: TestClient, shop: Desk, agent: Desk
) -> None:
    said = [made(shop.report(case=f"CRM-{n}", verdict="partly")) for n in range(3)]
    made(shop("DELETE", f"{OUTCOMES}/{said[0]['id']}"), 200)

    first = made(agent("GET", f"{TOLD}?limit=2"), 200)
    rest = made(agent("GET", f"{TOLD}?limit=2&before={first['next']}"), 200)

    assert first["counts"] == {"solved": 0, "partly": 2, "not_solved": 0, "wrong": 0}
    assert [each["id"] for each in first["outcomes"] + rest["outcomes"]] == [
        each["id"] for each in reversed(said)
    ]
    assert rest["next"] is None
    problem(shop("GET", TOLD), 403, "not-allowed")
    problem(Desk(client)("GET", TOLD), 401, "not-signed-in")


@pytest.mark.parametrize("solution", ["never-heard-of", "没有/这个"])
def test_of_what_nobody_spoke_staff_reads_zeros(agent: Desk, solution: str) -> None:
    told = made(agent("GET", f"/api/v1/solutions/{quote(solution)}/outcomes"), 200)

    assert set(told["counts"].values()) == {0}
    assert (told["solution"], told["outcomes"], told["next"]) == (solution, [], None)


def test_a_casebook_that_fails_costs_nobody_the_answer(
    client: TestClient, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.database.close()
    caplog.set_level(logging.WARNING)

    found = made(client.post(SEARCH, json={"symptom": "换一根数据线"}), 200)

    assert (found["search_id"], found["solutions"][0]["solution"]) == (None, SOLUTION)
    assert shelf.unrecorded == 1
    assert "not recorded" in caplog.text
    assert "数据线" not in caplog.text


def test_openapi_shows_a_stranger_every_body_and_reply(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    named = {"OutcomeIn", "CorrectionIn", "OutcomeOut", "RetractionOut", "ReopeningOut", "CaseOut"}
    named |= {"SolutionOutcomesOut", "ErasedOut", "SearchIn", "SearchOut"}

    schemas = described["components"]["schemas"]

    assert {name for name in named if not schemas[name].get("examples")} == set()


@pytest.mark.parametrize(
    ("base", "cookie"),
    [("http://kb.example", "fixpoint-visitor"), ("https://kb.example", "__Host-fixpoint-visitor")],
)
def test_a_client_that_keeps_no_cookies_learns_what_it_must_send(
    shelf: Shelf, base: str, cookie: str
) -> None:
    with TestClient(create_app(MANY, opener(shelf)), base) as client:
        search = visitors_search(client)
        assert cookie in client.cookies
        client.cookies.clear()
        said = {"search_id": search, "solution": SOLUTION, "verdict": "solved"}
        refused = problem(client.post(OUTCOMES, json=said), 404, "unknown-search")
        known = desk(client, shelf, Scope.SEARCH).report(search_id=search)
        document = client.get("/api/v1/openapi.json").json()

    assert refused["detail"].endswith(f", {cookie}")
    assert "cookie" not in problem(known, 404, "unknown-search")["detail"]
    assert f"`{cookie}`" in document["info"]["description"]
    assert f"`{cookie}`" in document["paths"][OUTCOMES]["post"]["description"]
