"""The agent's desk: its forms, and the cases that are kept there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from kb import domain
from kb.cases import CaseId, Report, Verdict
from kb.domain import Principal, Scope, SolutionId
from kb.search import SYMPTOM_CHARACTERS
from tests.e2e.editing import NEW, SOLUTION, rename, withdraw
from tests.e2e.people import NOBODYS, Person, recorded
from tests.e2e.shelf import Shelf


def test_an_agent_keeps_the_history_of_a_case(staff: Person) -> None:
    desk = staff.send("/agent", symptom="4013", case="CRM-7")
    search = desk.url.params["s"]
    at = {"s": search, "case": "CRM-7"}
    assert "SECRET-4711" in desk.text

    staff.send("/agent/outcomes", **at, solution=SOLUTION, verdict="not_solved", note="[unclear]")
    desk = staff.send("/agent/outcomes", **at, solution=SOLUTION, verdict="solved")
    assert ("已更正" in desk.text, "目前：解决了" in desk.text) == (True, True)
    assert "写得不清楚，做不下去" in desk.text
    outcome = re.findall(r'name="outcome" value="([0-9a-f-]+)"', desk.text)[-1]
    desk = staff.send("/agent/corrections", **at, outcome=outcome, verdict="partly")
    assert "目前：好了一些" in desk.text
    outcome = re.findall(r'name="outcome" value="([0-9a-f-]+)"', desk.text)[-1]
    desk = staff.send("/agent/retractions", **at, outcome=outcome)
    assert "已撤回" in desk.text
    desk = staff.send("/agent/reopenings", **at)
    assert "重新打开了工单" in desk.text


@pytest.mark.parametrize(("lang", "said"), [("zh", "之后下线的办法：1 条"), ("en", "since: 1")])
def test_an_agent_is_told_what_was_shown_and_is_gone(
    staff: Person, shelf: Shelf, lang: str, said: str
) -> None:
    staff.client.headers["Accept-Language"] = lang
    before = staff.send("/agent", symptom="4013", case="CRM-9")
    assert said not in before.text
    withdraw(shelf)

    after = staff.get(str(before.url))

    assert re.findall(r'name="solution" value="(.+?)"', before.text) == [SOLUTION, "secret"]
    assert re.findall(r'name="solution" value="(.+?)"', after.text) == ["secret"]
    assert said in after.text


@pytest.mark.parametrize(
    ("lang", "unknown", "searched"),
    [
        ("zh", "没有查到工单 CRM-8", "还没有记录结果"),
        ("en", "Nobody knows of case CRM-8", "No outcome"),
    ],
)
def test_a_case_that_nobody_knows_is_told_from_one_without_outcomes(
    staff: Person, lang: str, unknown: str, searched: str
) -> None:
    staff.client.headers["Accept-Language"] = lang
    before = staff.send("/agent", case="CRM-8").text
    assert (unknown in before, searched in before) == (True, False)
    staff.send("/agent", symptom="4013", case="CRM-8")

    after = staff.get("/agent?case=CRM-8").text

    assert (unknown in after, searched in after) == (False, True)
    assert staff.get(f"/agent?s={NOBODYS}").status_code == 404


@pytest.mark.parametrize(
    ("lang", "fields", "said"),
    [
        ("zh", {}, "请贴上客户的话，或者填一个工单号。"),
        ("en", {}, "Paste what the customer said"),
        ("zh", {"symptom": "错误 4013", "case": "张三"}, "工单号只能用字母、数字"),
        ("en", {"symptom": "error 4013", "case": "a?b"}, "letters, digits"),
        ("zh", {"symptom": "错" * (SYMPTOM_CHARACTERS + 1), "case": "CRM-1"}, "太长"),
    ],
    ids=["nothing", "nothing in english", "case", "case in english", "too long"],
)
def test_what_an_agents_form_lacks_is_said_and_what_it_holds_is_kept(
    staff: Person, lang: str, fields: dict[str, str], said: str
) -> None:
    staff.client.headers["Accept-Language"] = lang

    desk = staff.send("/agent", **fields)

    assert (desk.status_code, said in desk.text) == (422, True)
    assert all(text in desk.text for text in fields.values())
    assert desk.headers["cache-control"] == "no-store"
    assert recorded(staff.client) == 0


def test_a_case_number_may_be_typed_with_what_people_call_it(staff: Person) -> None:
    assert staff.send("/agent", symptom="4013", case="工单 1").url.params["case"] == "1"


def test_staff_sees_what_a_customer_searched_and_searches_it_again(
    client: TestClient, staff: Person
) -> None:
    signed_in = dict(client.cookies)
    client.cookies.clear()
    fields = {"search": Person(client).search(), "article": f"zh/{SOLUTION}", "verdict": "partly"}
    thanks = Person(client).send("/outcomes", **fields).text
    number = re.search(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", thanks)
    assert number
    client.cookies.update(signed_in)

    desk = staff.get(f"/agent?case={number[0].lower()}")

    assert "查找了“4013”" in desk.text
    assert f"工单 {number[0]} 的记录" in desk.text
    again = re.search(r'class="again".+?</form>', desk.text, re.DOTALL)
    assert again
    found = dict(
        re.findall(r'name="(symptom|case)"[^>]*?(?: value="(?=C)| hidden>\n)([^"<]+)', again[0])
    )
    assert found == {"symptom": "4013", "case": number[0]}
    assert staff.send("/agent", **found).url.params["case"] == number[0]


def test_a_case_that_several_keys_have_is_chosen_among(staff: Person, shelf: Shelf) -> None:
    for key in ("shop", "bank"):
        caller = Principal(f"key:{key}", frozenset({Scope.SEARCH}))
        shelf.report(Report(SolutionId(SOLUTION), Verdict.PARTLY, case=CaseId("CRM-5")), caller)

    desk = staff.get("/agent?case=CRM-5").text

    offered = re.findall(r'href="(/agent\?case=CRM-5%40[^"]+)"', desk)
    assert len(offered) == 2
    assert "更新时提示错误 4013" in staff.get(offered[0]).text


def test_what_does_not_apply_is_recorded_as_not_tried(staff: Person, shelf: Shelf) -> None:
    desk = staff.send("/agent", symptom="4013", case="CRM-6")
    at = {"s": desk.url.params["s"], "case": "CRM-6", "solution": SOLUTION}

    assert "目前：不适用" in staff.send("/agent/outcomes", **at, verdict="unsuited").text
    (kept,) = shelf.casebook.outcomes(SolutionId(SOLUTION), limit=1).outcomes
    assert (kept.verdict, kept.tried) == (Verdict.NOT_SOLVED, 0)
    desk = staff.send("/agent/corrections", **at, outcome=kept.id, verdict="not_solved")
    assert "目前：没解决" in desk.text
    (kept,) = shelf.casebook.outcomes(SolutionId(SOLUTION), limit=1).outcomes
    assert kept.tried == 1


def test_a_correction_at_the_desk_leaves_the_order_of_trials_as_it_was(
    staff: Person, shelf: Shelf
) -> None:
    first, second = (
        Principal(f"key:{name}", frozenset({Scope.SEARCH, Scope.AGENT})) for name in "ab"
    )
    solution, case = SolutionId(SOLUTION), CaseId("CRM-2")
    report = Report(solution, Verdict.NOT_SOLVED, case=case, tried=1)
    said = shelf.report(report, first)
    shelf.report(replace(report, solution=SolutionId("secret"), tried=2), first)
    shelf.report(replace(report, verdict=Verdict.PARTLY), second)

    staff.send("/agent/corrections", case=case, outcome=said.id, verdict="wrong")

    (kept, *_) = shelf.casebook.outcomes(solution, limit=1).outcomes
    assert (kept.corrects, kept.verdict, kept.tried) == (said.id, Verdict.WRONG, 1)


@pytest.mark.parametrize("case", ["", "CRM-10"])
def test_a_correction_for_another_case_changes_nothing(
    staff: Person, shelf: Shelf, case: str
) -> None:
    caller = Principal("key:a", frozenset({Scope.SEARCH, Scope.AGENT}))
    report = Report(SolutionId(SOLUTION), Verdict.NOT_SOLVED, case=CaseId("CRM-11"), tried=0)
    said = shelf.report(report, caller)
    shelf.report(replace(report, case=CaseId("CRM-10")), caller)

    answer = staff.send("/agent/corrections", case=case, outcome=said.id, verdict="not_solved")

    assert answer.status_code == 404
    assert shelf.casebook.history(said.case, caller) == [said]


def test_a_solution_that_was_renamed_keeps_its_place_at_the_desk(
    staff: Person, shelf: Shelf
) -> None:
    desk = staff.send("/agent", symptom="4013", case="CRM-4")
    at = {"s": desk.url.params["s"], "case": "CRM-4"}
    staff.send("/agent/outcomes", **at, solution=SOLUTION, verdict="partly")
    rename(shelf)

    renamed = staff.get(str(desk.url))
    corrected = staff.send("/agent/outcomes", **at, solution=NEW, verdict="solved")

    assert "目前：好了一些" in renamed.text
    assert ("下线" in renamed.text, SOLUTION in renamed.text) == (False, False)
    assert ("目前：解决了" in corrected.text, "已更正" in corrected.text) == (True, True)


def test_links_at_the_desk_tell_the_way_back(staff: Person) -> None:
    desk = staff.send("/agent", symptom="4013", case="CRM-3")
    search = desk.url.params["s"]

    link = f"/articles/zh/{SOLUTION}?s={search}&amp;from=desk#step-1"
    assert link in desk.text
    assert f'href="/articles/zh/{SOLUTION}"' in desk.text, "customers get the plain address"
    assert "工单 CRM-3 的记录" in staff.get(f"/agent?s={search}").text


def test_a_search_that_a_key_made_for_its_own_case_can_be_spoken_of(
    staff: Person, shelf: Shelf
) -> None:
    shop = Principal("key:shop", frozenset({Scope.SEARCH}))
    search = shelf.search(domain.Query("4013"), shop, case=CaseId("CRM-1")).search or ""

    desk = staff.send("/agent/outcomes", s=search, solution=SOLUTION, verdict="solved")

    assert desk.url.params["case"] == "CRM-1@key:shop"
    assert "工单 CRM-1@key:shop 的记录" in staff.get(f"/agent?s={search}").text
