"""Cases: what was said of each, corrected, taken back and reopened, and by whom."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from kb.domain import Scope
from tests.e2e.desks import CASES, NOBODYS, OUTCOMES, Desk, desk, made, problem
from tests.e2e.shelf import Shelf


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


def test_an_agents_note_is_not_for_the_customers_desk(shop: Desk, agent: Desk) -> None:
    made(shop.report(case="CRM-1", note="ours"))
    made(agent.report(case="CRM-1", verdict="wrong", note="SECRET-4711"))

    notes = [each["note"] for each in made(shop("GET", f"{CASES}/CRM-1"), 200)["history"]]
    assert notes == ["ours", None]
    notes = [each["note"] for each in made(agent("GET", f"{CASES}/CRM-1"), 200)["history"]]
    assert notes == ["ours", "SECRET-4711"]


@pytest.mark.parametrize("number", ["x" * 65, "a%20b", "%E5%AE%A2", "a%00"])
def test_what_is_no_case_number_names_no_case(agent: Desk, number: str) -> None:
    assert problem(agent("GET", f"{CASES}/{number}"), 422)["errors"].keys() == {"path/case"}


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
