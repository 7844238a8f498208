"""What came of solutions: who may say it of what, what is kept, and who may read it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from kb.casebook.keyring import Keyring
from kb.cases import CaseId, SearchId
from kb.domain import Principal, Scope
from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.shelf import Shelf, opener

SEARCH, OUTCOMES, CASES = "/api/v1/search", "/api/v1/outcomes", "/api/v1/cases"
SOLUTION = "update-error-4013"
TOLD = f"/api/v1/solutions/{SOLUTION}/outcomes"
NOBODYS = "0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11"
MANY = Settings(search_per_minute=1000)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> Iterator[TestClient]:
    """The application, and a browser without a key."""
    with TestClient(create_app(MANY, opener(shelf))) as client:
        yield client


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


@pytest.fixture
def agent(client: TestClient, shelf: Shelf) -> Desk:
    return desk(client, shelf, Scope.AGENT)


@pytest.fixture
def shop(client: TestClient, shelf: Shelf) -> Desk:
    """A customer-facing integration."""
    return desk(client, shelf, Scope.SEARCH)


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


@pytest.mark.parametrize("number", ["CRM-2041", "a/b", "T#7", "x:1._-/#"])
def test_a_case_of_any_number_is_opened_told_and_reopened(shop: Desk, number: str) -> None:
    path = f"{CASES}/{quote(number, safe='')}"
    search = shop.search(case=number)

    said = made(shop.report(search_id=search, tried=2))
    assert (said["case"], said["tried"], said["source"]) == (number, 2, "customer")
    told = made(shop("GET", path), 200)
    assert (told["case"], told["state"]) == (number, "solved")
    assert told["current"] == told["history"] == [said]

    reopened = made(shop("POST", f"{path}/reopenings"))
    told = made(shop("GET", path), 200)
    assert (told["state"], told["current"][0]["verdict"]) == ("reopened", "not_solved")
    assert told["history"] == [said, reopened]
    assert reopened["kind"] == "reopening"


def test_a_correction_stands_for_what_was_said_and_a_retraction_for_nothing(shop: Desk) -> None:
    said = made(shop.report(case="CRM-1", note="works", tried=3))

    corrected = made(shop("PATCH", f"{OUTCOMES}/{said['id']}", {"verdict": "partly"}), status=200)
    assert (corrected["corrects"], corrected["verdict"]) == (said["id"], "partly")
    assert (corrected["note"], corrected["tried"]) == ("works", 3)
    assert made(shop("GET", f"{CASES}/CRM-1"), 200)["current"] == [corrected]

    retracted = made(shop("DELETE", f"{OUTCOMES}/{corrected['id']}"), 200)
    assert made(shop("DELETE", f"{OUTCOMES}/{corrected['id']}"), 200) == retracted
    problem(shop("DELETE", f"{OUTCOMES}/{NOBODYS}"), 404, "unknown-outcome")
    assert (retracted["kind"], retracted["outcome"]) == ("retraction", corrected["id"])
    told = made(shop("GET", f"{CASES}/CRM-1"), 200)
    assert corrected not in told["current"]
    assert told["history"] == [said, corrected, retracted]


def test_any_id_of_what_was_said_can_be_corrected_until_one_is_taken_back(shop: Desk) -> None:
    said = made(shop.report(case="CRM-1", note="works"))
    ids = [said["id"]]
    for verdict, corrected in (("partly", 0), ("not_solved", 0), ("wrong", 1)):
        later = made(shop("PATCH", f"{OUTCOMES}/{ids[corrected]}", {"verdict": verdict}), 200)
        ids.append(later["id"])
        assert later["corrects"] == ids[corrected]
        assert made(shop("GET", f"{CASES}/CRM-1"), 200)["current"] == [later]

    retracted = made(shop("DELETE", f"{OUTCOMES}/{ids[2]}"), 200)

    assert made(shop("GET", f"{CASES}/CRM-1"), 200)["current"] == []
    for id_ in ids:
        problem(shop("PATCH", f"{OUTCOMES}/{id_}", {"verdict": "solved"}), 404, "unknown-outcome")
        assert made(shop("DELETE", f"{OUTCOMES}/{id_}"), 200) == retracted
    assert made(shop("GET", f"{CASES}/CRM-1"), 200)["history"][4:] == [retracted]


def test_the_word_of_staff_stands_whatever_its_customer_takes_back(shop: Desk, agent: Desk) -> None:
    said = made(shop.report(case="CRM-1"))
    staffs = made(agent("PATCH", f"{OUTCOMES}/{said['id']}", {"verdict": "wrong"}), 200)

    made(shop("PATCH", f"{OUTCOMES}/{said['id']}", {"verdict": "partly"}), 200)
    made(shop("DELETE", f"{OUTCOMES}/{said['id']}"), 200)

    current = made(agent("GET", f"{CASES}/CRM-1"), 200)["current"]
    assert [each["id"] for each in current] == [staffs["id"]]


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


def test_a_case_belongs_to_whoever_opened_it_and_to_staff(
    client: TestClient, shelf: Shelf, shop: Desk, agent: Desk
) -> None:
    other = desk(client, shelf, Scope.SEARCH)
    said = made(shop.report(case="CRM-1"))

    problem(other("GET", f"{CASES}/CRM-1"), 404, "unknown-case")
    problem(other("POST", f"{CASES}/CRM-1/reopenings"), 404, "unknown-case")
    problem(other("PATCH", f"{OUTCOMES}/{said['id']}", {"verdict": "wrong"}), 404)
    problem(other("DELETE", f"{OUTCOMES}/{said['id']}"), 404, "unknown-outcome")
    told = made(agent("GET", f"{CASES}/CRM-1"), 200)
    assert [each["id"] for each in told["current"]] == [said["id"]]
    assert re.fullmatch("CRM-1@key:[a-z0-9]+", told["case"])
    assert made(agent.report(case="CRM-1", verdict="wrong"))["source"] == "agent"

    assert made(other.report(case="CRM-1"))["case"] == "CRM-1"
    assert problem(agent("GET", f"{CASES}/CRM-1"), 404)["detail"].count("CRM-1@key:") == 2
    assert len(made(agent("GET", f"{CASES}/{told['case']}"), 200)["history"]) == 2
    problem(shop("POST", f"{CASES}/CRM-1/reopenings"), 403, "not-allowed")


def test_a_long_history_comes_in_pages(agent: Desk) -> None:
    said = [made(agent.report(case="CRM-1"))["id"] for _ in range(5)]

    last = made(agent("GET", f"{CASES}/CRM-1?limit=2"), 200)
    first = made(agent("GET", f"{CASES}/CRM-1?limit=3&before={last['next']}"), 200)

    pages = [[each["id"] for each in page["history"]] for page in (first, last)]
    assert pages == [said[:3], said[3:]]
    assert (last["next"], first["next"]) == (4, None)
    assert first["current"] == last["current"] == last["history"][-1:]
    assert made(agent("GET", f"{CASES}/CRM-1?before=1"), 200)["history"] == []


def test_an_environment_that_nobody_knows_is_refused(agent: Desk) -> None:
    refused = agent.report(case="CRM-1", environment={"product": "zhang.san@qq.com 13800138000"})

    problem(refused, 422, "bad-query")
    problem(agent("GET", f"{CASES}/CRM-1"), 404, "unknown-case")


def test_an_administrator_forgets_a_visitor_by_a_search_and_a_key_by_its_name(
    client: TestClient, shelf: Shelf, shop: Desk
) -> None:
    admin = desk(client, shelf, Scope.ADMIN)
    visitors, shops = visitors_search(client), shop.search()
    actor = shelf.casebook.search(SearchId(shops)).actor
    by_search, by_actor = f"/api/v1/searches/{visitors}/texts", f"/api/v1/actors/{actor}/texts"

    for path in (by_search, by_actor):
        problem(shop("DELETE", path), 403, "not-allowed")
    assert made(admin("DELETE", by_search), 200) == {"object": visitors, "texts": 1}
    assert made(admin("DELETE", by_actor), 200) == {"object": actor, "texts": 1}
    problem(admin("DELETE", f"/api/v1/searches/{uuid4()}/texts"), 404, "unknown-search")
    problem(admin("DELETE", "/api/v1/actors/key:zzzzzzzz/texts"), 404, "unknown-actor")
    problem(admin("DELETE", f"{CASES}/NOPE/texts"), 404, "unknown-case")

    assert shelf.casebook.search(SearchId(visitors)).symptom is None
    assert shelf.casebook.search(SearchId(shops)).symptom is None
    acts = made(admin("GET", "/api/v1/audit"), 200)["acts"]
    assert {("texts-erased", visitors), ("actor-forgotten", actor)} <= {
        (each["act"], each["object"]) for each in acts
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"{CASES}/CRM-404/texts", "unknown-case"),
        (f"{CASES}/CRM-404@key:mzxw6ytb/texts", "unknown-case"),
        (f"/api/v1/searches/{NOBODYS}/texts", "unknown-search"),
        ("/api/v1/actors/key:mzxw6ytb/texts", "unknown-actor"),
        (f"/api/v1/actors/anonymous:{'A' * 22}/texts", "unknown-actor"),
    ],
)
def test_who_and_what_nobody_knows_cannot_be_forgotten(
    client: TestClient, shelf: Shelf, path: str, kind: str
) -> None:
    admin = desk(client, shelf, Scope.ADMIN)

    problem(admin("DELETE", path), 404, kind)

    acts = made(admin("GET", "/api/v1/audit"), 200)["acts"]
    assert [each["act"] for each in acts] == ["key-created"]


def test_an_agents_note_is_not_for_the_customers_desk(shop: Desk, agent: Desk) -> None:
    made(shop.report(case="CRM-1", note="ours"))
    made(agent.report(case="CRM-1", verdict="wrong", note="SECRET-4711"))

    notes = [each["note"] for each in made(shop("GET", f"{CASES}/CRM-1"), 200)["history"]]
    assert notes == ["ours", None]
    notes = [each["note"] for each in made(agent("GET", f"{CASES}/CRM-1"), 200)["history"]]
    assert notes == ["ours", "SECRET-4711"]


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


@pytest.mark.parametrize("number", ["x" * 65, "a%20b", "%E5%AE%A2", "a%00"])
def test_what_is_no_case_number_names_no_case(agent: Desk, number: str) -> None:
    assert problem(agent("GET", f"{CASES}/{number}"), 422)["errors"].keys() == {"path/case"}


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


def test_an_administrator_erases_what_was_typed_and_the_audit_log_tells(
    client: TestClient, shelf: Shelf, shop: Desk, agent: Desk
) -> None:
    admin = desk(client, shelf, Scope.ADMIN)
    search = shop.search(case="CRM-1")
    made(shop.report(search_id=search, note="typed"))

    problem(shop("DELETE", f"{CASES}/CRM-1/texts"), 403)
    problem(agent("DELETE", f"{CASES}/CRM-1/texts"), 403)
    erased = made(admin("DELETE", f"{CASES}/CRM-1/texts"), 200)
    assert erased == {"case": shelf.casebook.search(SearchId(search)).case, "texts": 2}

    told = made(agent("GET", f"{CASES}/CRM-1"), 200)
    assert (told["state"], told["current"][0]["note"]) == ("solved", None)
    assert shelf.casebook.search(SearchId(search)).symptom is None
    acts = made(admin("GET", "/api/v1/audit"), 200)
    assert ("texts-erased", erased["case"]) in {
        (each["act"], each["object"]) for each in acts["acts"]
    }


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


def test_the_audit_log_tells_who_changed_what_somebody_else_had_said(
    client: TestClient, shelf: Shelf, shop: Desk, agent: Desk
) -> None:
    search = shop.search()
    said = made(shop.report(search_id=search, case="CRM-1"))
    own = made(shop("PATCH", f"{OUTCOMES}/{said['id']}", {"verdict": "partly"}), 200)
    path = f"{OUTCOMES}/{own['id']}"
    theirs = made(agent("PATCH", path, {"verdict": "not_solved"}, key="k"), 200)
    made(agent("PATCH", path, {"verdict": "not_solved"}, key="k"), 200)
    made(agent("DELETE", f"{OUTCOMES}/{theirs['id']}"), 200)
    other = made(shop.report(search_id=search, case="CRM-1"))
    made(agent("DELETE", f"{OUTCOMES}/{other['id']}"), 200)

    log = desk(client, shelf, Scope.ADMIN)("GET", "/api/v1/audit").json()["acts"]

    told = [each for each in reversed(log) if each["act"].startswith("outcome-")]
    assert [(each["act"], each["object"]) for each in told] == [
        ("outcome-corrected", own["id"]),
        ("outcome-retracted", other["id"]),
    ]
    assert all(each["details"]["case"].startswith("CRM-1@key:") for each in told)
    assert all(each["actor"].startswith("key:") for each in told)
