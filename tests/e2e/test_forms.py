"""The forms of our pages, as a client sends them that is no browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from kb import domain, findings
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring
from kb.casebook.tables import searches
from kb.cases import CaseId, Report, Verdict
from kb.domain import (
    ArticleId,
    Confidence,
    Language,
    Principal,
    Scope,
    SolutionId,
    article_id,
)
from kb.findings import Finding, Severity
from kb.flaws import Flaw, FlawKind
from kb.search import SYMPTOM_CHARACTERS
from kb.settings import Settings
from search_api.app import create_app
from search_api.body_limit import LOG_BYTES
from search_api.deps import READINGS
from tests.e2e.shelf import Shelf, an_article, opener

SOLUTION = "update-error-4013"
NEW = SolutionId("restore-error-4013")
NOBODYS = "00000000-0000-4000-8000-000000000000"


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, client: TestClient, lang: str = "zh") -> None:
        self.client = client
        client.headers |= {"Accept": "text/html", "Accept-Language": lang}

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def send(self, path: str, **fields: str) -> Response:
        """Send a form of ours, and stay where it leads."""
        token = re.search(r'name="csrf" value="(\w+)"', self.get("/").text)
        assert token
        parts = {name: (None, value) for name, value in {"csrf": token[1], **fields}.items()}
        return self.client.post(path, files=parts)

    def search(self) -> str:
        """Look the shelf's solution up; the search's id."""
        found = re.search(r"\?s=([0-9a-f-]{36})", self.get("/?q=4013").text)
        assert found
        return found[1]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def withdraw(shelf: Shelf) -> None:
    """Archive the solution's articles: nobody may read them now."""
    kept = (each for each in shelf.articles if each.solution != SOLUTION)
    gone = (each for each in shelf.articles if each.solution == SOLUTION)
    archived = (replace(each, confidence=Confidence.ARCHIVED) for each in gone)
    shelf.articles = (*kept, *archived)


def rename(shelf: Shelf) -> None:
    """Give the solution another name; the one that it had leads there."""
    shelf.articles = tuple(
        replace(each, id=article_id(each.lang, NEW), solution=NEW)
        if each.solution == SOLUTION
        else each
        for each in shelf.articles
    )
    shelf.aliases = {ArticleId(f"zh/{SOLUTION}"): article_id(Language.ZH, NEW)}


@pytest.fixture
def client(state: Path, shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(state=state), opener(shelf))) as client:
        yield client


@pytest.fixture
def customer(client: TestClient) -> Person:
    return Person(client)


@pytest.fixture
def staff(client: TestClient) -> Person:
    """Somebody who has signed in with a key of the scope admin."""
    person = Person(client)
    sign_in(person)
    return person


def sign_in(person: Person) -> None:
    database = person.client.app_state["kb"].database
    made = Keyring(database).create("a", Scope.ADMIN, actor="test", at=datetime.now(UTC))
    assert person.send("/sign-in", key=made.text, next="/agent").url.path == "/agent"


@pytest.mark.parametrize(
    ("lang", "log", "said"),
    [
        ("zh", "恢复失败\n错误 4013", "错误代码 4013"),
        ("en", "恢复失败\nerror 4013", "Error 4013"),
    ],
)
def test_a_log_leads_to_a_search_with_its_codes_and_goes_no_further(
    customer: Person, shelf: Shelf, lang: str, log: str, said: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    answer = customer.send("/log", log=log, q="更新失败", product="phone")

    assert (answer.status_code, said in answer.text) == (200, True)
    assert dict(answer.url.params) == {"q": "更新失败", "product": "phone", "code": "4013"}
    assert "恢复失败" not in answer.text
    assert shelf.asked[0][0].text == "更新失败\n4013"


@pytest.mark.parametrize(
    ("lang", "log", "said"),
    [
        ("zh", "没有 <代码>", "没有读到错误代码"),
        ("en", "nothing\nto see", "no error code"),
        ("zh", "", "没有读到错误代码"),
        ("zh", "错" * (LOG_BYTES // 3 + 1), "256 KB"),
        ("en", "错" * LOG_BYTES, "256 KB"),
    ],
    ids=["none", "none in English", "empty", "too long", "as long as the field"],
)
def test_a_log_that_leads_nowhere_is_given_back_with_what_would_work(
    customer: Person, lang: str, log: str, said: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    answer = customer.send("/log", log=log, q="更新失败")

    assert (answer.status_code, said in answer.text) == (422, True)
    assert f">\n{escape(log)}</textarea>" in answer.text
    assert ">\n更新失败</textarea>" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("lang", "said"), [("zh", "提交的内容太多了"), ("en", "too much to send")])
def test_a_log_over_the_limit_of_bodies_is_refused(customer: Person, lang: str, said: str) -> None:
    customer.client.headers["Accept-Language"] = lang
    answer = customer.send("/log", log="x" * 4 * LOG_BYTES)

    assert (answer.status_code, said in answer.text) == (413, True)


@pytest.mark.parametrize(("lang", "said"), [("zh", "一万字"), ("en", "10,000 characters")])
def test_a_symptom_that_is_too_long_is_given_back(
    customer: Person, shelf: Shelf, lang: str, said: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    typed = "<错>" * (SYMPTOM_CHARACTERS // 3 + 1)
    answer = customer.client.get("/", params={"q": typed, "product": "phone"})

    assert (answer.status_code, said in answer.text) == (422, True)
    assert f">\n{escape(typed)}</textarea>" in answer.text
    assert 'value="phone" selected' in answer.text
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "没有这样的筛选条件，已忽略：&lt;烤箱&gt;、ios 1.2.3.4"),
        ("en", "There is no such filter, so it was left out: &lt;烤箱&gt;, ios 1.2.3.4"),
    ],
)
def test_a_filter_that_there_is_not_costs_nobody_the_answer(
    customer: Person, lang: str, said: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    answer = customer.client.get(
        "/", params={"q": "4013", "product": "<烤箱>", "os": "ios 1.2.3.4"}
    )

    assert (answer.status_code, said in answer.text) == (200, True)
    assert "?s=" in answer.text
    assert "product=" not in answer.text
    assert said not in customer.get("/?q=4013&product=phone").text


@pytest.mark.parametrize(
    ("lang", "read", "nothing"),
    [
        ("zh", "从日志读到", "没有找到提到错误代码 0x80070005 的办法"),
        ("en", "Read from your log", "no fix that mentions error 0x80070005"),
    ],
)
def test_codes_of_a_log_are_called_what_they_are_and_told_from_those_nobody_knows(
    customer: Person, lang: str, read: str, nothing: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    known = customer.get("/?code=4013").text
    log = customer.send("/log", log="恢复失败 0x80070005").text

    assert [read in page for page in (known, log)] == [True, True]
    assert [nothing in page for page in (known, log)] == [False, True]
    assert not re.search("已限定|Only for", known + log)


@pytest.mark.parametrize(
    ("lang", "path", "said"),
    [
        ("zh", "/outcomes", "这个地址不能直接打开"),
        ("en", "/outcomes", "can’t be opened directly"),
        ("zh", "/sign-out", "这个地址不能直接打开"),
    ],
)
def test_an_address_of_a_form_is_no_mistake_of_ours(
    customer: Person, lang: str, path: str, said: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    answer = customer.get(path)

    assert (answer.status_code, said in answer.text) == (405, True)


def test_the_address_of_the_log_leads_to_its_field(customer: Person) -> None:
    answer = customer.get("/log")

    assert [each.status_code for each in answer.history] == [303]
    assert answer.url.path == "/"
    assert 'id="log"' in answer.text


def test_search_engines_may_read_articles_and_no_searches_or_desks(customer: Person) -> None:
    answer = customer.get("/robots.txt")
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())

    assert answer.headers["content-type"].startswith("text/plain")
    for path in ("/", "/?lang=en", f"/articles/zh/{SOLUTION}", "/static/style.css"):
        assert robots.can_fetch("anybody", path), path
    for path in (
        "/?q=4013",
        "/?code=9&lang=en",
        "/agent",
        "/writer",
        "/sign-in?next=/agent",
        "/api/v1/search",
        "/log",
    ):
        assert not robots.can_fetch("anybody", path), path


def test_a_mind_that_changes_corrects_what_was_said(customer: Person) -> None:
    search = customer.search()
    fields = {"search": search, "article": f"zh/{SOLUTION}"}
    unclear = {"verdict": "not_solved", "complaint": "unclear", "note": "第二步\r\n打不开"}
    thanks = customer.send("/outcomes", **fields, **unclear)
    assert "抱歉没能帮上忙" in thanks.text

    form = customer.get(f"/articles/zh/{SOLUTION}?s={search}").text
    assert re.search(r'value="unclear" checked', form)
    assert "第二步\n打不开</textarea>" in form
    thanks = customer.send("/outcomes", **fields, verdict="solved", complaint="unclear")
    assert "太好了" in thanks.text
    assert "已记下你对《更新时提示错误 4013》的反馈：解决了。" in thanks.text
    form = customer.get(f"/articles/zh/{SOLUTION}?s={search}").text
    assert re.search(r'value="solved" required checked', form)
    assert 'value="unclear" checked' not in form


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"search": NOBODYS}, 404),
        ({"search": "4013"}, 422),
        ({"article": "zh/no-such"}, 404),
        ({"article": "fr/x"}, 422),
        ({"verdict": "great"}, 422),
        ({"note": "长" * 2001}, 422),
        ({"csrf": "0" * 64}, 403),
    ],
    ids=str,
)
def test_an_outcome_that_cannot_be_is_refused(
    customer: Person, change: dict[str, str], status: int
) -> None:
    fields = {"search": customer.search(), "article": f"zh/{SOLUTION}", "verdict": "partly"}

    assert customer.send("/outcomes", **{**fields, **change}).status_code == status


def test_without_an_outcome_there_is_nothing_to_thank_for(customer: Person) -> None:
    assert customer.get(f"/thanks/zh/{SOLUTION}?s={customer.search()}").status_code == 404


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "已记下你的反馈：没解决。这篇文章之后下线了"),
        ("en", "We noted your answer: Not solved."),
    ],
)
def test_who_reported_is_thanked_though_the_article_was_withdrawn_since(
    customer: Person, shelf: Shelf, lang: str, said: str
) -> None:
    fields = {"search": customer.search(), "article": f"{lang}/{SOLUTION}"}
    customer.client.headers["Accept-Language"] = lang
    assert "C-" in customer.send("/outcomes", **fields, verdict="partly").text
    withdraw(shelf)

    thanks = customer.send("/outcomes", **fields, verdict="not_solved")

    assert (thanks.status_code, said in thanks.text) == (200, True)
    assert not re.search("错误 4013|Error 4013", thanks.text)
    assert f"/articles/{lang}/{SOLUTION}" not in thanks.text


@pytest.mark.parametrize(
    ("complaints", "orders"),
    [
        (["other-device"], [0]),
        (["no-effect"], [1]),
        (["other-device", "unclear"], [0, 1]),
        (["unclear", "other-device"], [1, 0]),
        (["false", "no-effect"], [1, 1]),
    ],
)
def test_what_could_not_be_tried_is_told_from_what_failed(
    customer: Person, shelf: Shelf, complaints: list[str], orders: list[int]
) -> None:
    search = customer.search()
    fields = {"search": search, "article": f"zh/{SOLUTION}", "verdict": "not_solved"}
    kept = []
    for complaint in complaints:
        customer.send("/outcomes", **fields, complaint=complaint)
        kept += list(shelf.casebook.outcomes(SolutionId(SOLUTION), limit=1).outcomes)

    assert [each.tried for each in kept] == orders
    assert f"[{complaints[-1]}]" == kept[-1].note


@pytest.mark.parametrize(
    ("verdict", "complaint", "kept"),
    [
        ("partly", "came-back", "[came-back]"),
        ("partly", "unclear", None),
        ("not_solved", "unfinished", None),
        ("solved", "came-back", None),
    ],
)
def test_a_reason_is_kept_with_the_verdict_that_it_belongs_to(
    customer: Person, shelf: Shelf, verdict: str, complaint: str, kept: str | None
) -> None:
    fields = {"search": customer.search(), "article": f"zh/{SOLUTION}"}
    customer.send("/outcomes", **fields, verdict=verdict, complaint=complaint)
    outcome = shelf.casebook.outcomes(SolutionId(SOLUTION), limit=1).outcomes[0]

    assert (outcome.verdict, outcome.note) == (verdict, kept)
    form = customer.get(f"/articles/zh/{SOLUTION}?s={fields['search']}").text
    assert ('value="came-back" checked' in form) is (kept is not None)


def test_what_could_not_be_tried_takes_no_place_in_the_order(
    customer: Person, shelf: Shelf
) -> None:
    search = customer.search()
    for solution, complaint in ((SOLUTION, "other-device"), ("hostile", "no-effect")):
        fields = {"search": search, "article": f"zh/{solution}", "complaint": complaint}
        customer.send("/outcomes", **fields, verdict="not_solved")

    first, second = (
        shelf.casebook.outcomes(SolutionId(each), limit=1).outcomes[0].tried
        for each in (SOLUTION, "hostile")
    )
    assert (first, second) == (0, 1)


def test_what_holds_no_word_of_the_symptom_is_not_called_an_answer(customer: Person) -> None:
    page = customer.get("/?q=煮咖啡").text

    assert "没有找到合适的办法" in page
    assert "想找人帮忙" in page
    assert "最可能管用的办法" not in page


@pytest.mark.parametrize(("lang", "asks"), [("zh", "描述我的问题"), ("en", "Describe my problem")])
def test_who_comes_without_a_search_is_asked_for_a_symptom(
    customer: Person, lang: str, asks: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    link = f"/articles/{lang}/{SOLUTION}"

    alone, led = (customer.get(path).text for path in (link, f"{link}?s={customer.search()}"))

    assert [asks in page for page in (alone, led)] == [True, False]
    assert ['action="/outcomes"' in page for page in (alone, led)] == [False, True]


def test_only_staff_go_back_to_the_desk(customer: Person, shelf: Shelf) -> None:
    shelf.articles = (*shelf.articles, an_article("zh", "linked", "线", f"见[错误]({SOLUTION}.md)"))
    search = customer.search()
    link = f"/articles/zh/linked?s={search}&from=desk"

    page = customer.get(link).text
    assert 'id="back" href="/">返回搜索' in page
    assert f'href="/articles/zh/{SOLUTION}?s={search}"' in page

    sign_in(customer)
    page = customer.get(link).text
    assert f'id="back" href="/agent?s={search}">返回客服台' in page
    assert f'href="/articles/zh/{SOLUTION}?s={search}&amp;from=desk"' in page
    assert f"/articles/zh/linked?s={search}&amp;from=desk&amp;lang=en" in page
    assert "描述我的问题" not in customer.get("/articles/zh/linked").text


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


def test_a_customer_corrects_what_they_said_of_a_solution_that_was_renamed(
    customer: Person, shelf: Shelf
) -> None:
    search = customer.search()
    customer.send("/outcomes", search=search, article=f"zh/{SOLUTION}", verdict="partly")
    rename(shelf)

    article = customer.get(f"/articles/zh/{NEW}?s={search}")
    thanks = customer.send("/outcomes", search=search, article=f"zh/{NEW}", verdict="solved")

    assert "你已经反馈过" in article.text
    assert thanks.status_code == 200
    (kept, *_) = shelf.casebook.outcomes(SolutionId(SOLUTION), limit=1).outcomes
    assert kept.verdict is Verdict.SOLVED


def test_links_at_the_desk_tell_the_way_back(staff: Person) -> None:
    desk = staff.send("/agent", symptom="4013", case="CRM-3")
    search = desk.url.params["s"]

    link = f"/articles/zh/{SOLUTION}?s={search}&amp;from=desk#step-1"
    assert link in desk.text
    assert f'href="/articles/zh/{SOLUTION}"' in desk.text, "customers get the plain address"
    assert "工单 CRM-3 的记录" in staff.get(f"/agent?s={search}").text


@pytest.mark.parametrize(
    ("lang", "warning"),
    [("zh", "仅内部可见，不要发给客户"), ("en", "For staff only, don’t send to customers")],
)
def test_an_excerpt_for_staff_alone_says_so_wherever_staff_reads_it(
    staff: Person, lang: str, warning: str
) -> None:
    staff.client.headers["Accept-Language"] = lang
    pages = (staff.send("/agent", symptom="SECRET-4711"), staff.get("/?q=SECRET-4711"))

    for page in pages:
        marked = re.findall(
            r'<blockquote class="excerpt internal">\s*<p class="mark"[^>]*>(.+?)<', page.text
        )
        assert marked.count(warning) >= 1, page.url
    assert warning in staff.get(f"/articles/zh/{SOLUTION}").text


def test_a_search_that_a_key_made_for_its_own_case_can_be_spoken_of(
    staff: Person, shelf: Shelf
) -> None:
    shop = Principal("key:shop", frozenset({Scope.SEARCH}))
    search = shelf.search(domain.Query("4013"), shop, case=CaseId("CRM-1")).search or ""

    desk = staff.send("/agent/outcomes", s=search, solution=SOLUTION, verdict="solved")

    assert desk.url.params["case"] == "CRM-1@key:shop"
    assert "工单 CRM-1@key:shop 的记录" in staff.get(f"/agent?s={search}").text


def test_titles_tell_pages_of_the_desk_apart(staff: Person) -> None:
    def title(page: Response) -> str:
        found = re.search(r"<title>(.+?) · Fixpoint</title>", page.text)
        assert found
        return found[1]

    titles = [
        title(staff.get("/agent")),
        title(staff.send("/agent")),
        title(staff.send("/agent", symptom="4013", case="CRM-2")),
        title(staff.send("/agent", symptom="煮咖啡")),
        title(staff.get("/")),
        title(staff.get("/?q=4013")),
        title(staff.get("/?q=煮咖啡")),
    ]

    assert len(set(titles)) == len(titles)
    assert "CRM-2" in titles[2]
    assert not any("4013" in each or "煮咖啡" in each for each in titles)


def test_staff_pages_speak_to_staff(staff: Person) -> None:
    words = ("动手之前，请先备份重要的数据", "自助支持")

    for path in ("/agent", "/writer"):
        assert not any(each in staff.get(path).text for each in words), path
    assert all(each in staff.get("/").text for each in words)


def test_writers_see_what_to_mend(staff: Person, state: Path) -> None:
    assert "fixpoint lint" in staff.get("/writer").text
    found = [
        Finding("zh/a.md", None, Severity.WARNING, "no summary", Flaw(FlawKind.NO_SUMMARY)),
        Finding("zh/b.md", 4, Severity.ERROR, "<b>unknown key</b>"),
    ]
    findings.keep(state, Path("articles"), datetime(2026, 3, 2, 9, 30, tzinfo=UTC), found)

    page = staff.get("/writer").text
    assert "2026-03-02 09:30 UTC" in page
    assert page.index("zh/b.md:4") < page.index("zh/a.md")
    assert "<b>unknown" not in page
    assert ("没有写 summary" in page, "no summary" in page) == (True, False)


@pytest.mark.parametrize(("lang", "said"), [("zh", "服务读不了"), ("en", "cannot read its file")])
def test_writers_are_told_of_a_check_that_cannot_be_read(
    staff: Person, state: Path, caplog: pytest.LogCaptureFixture, lang: str, said: str
) -> None:
    staff.client.headers["Accept-Language"] = lang
    (state / findings.FILE).mkdir()

    page = staff.get("/writer")

    assert (page.status_code, said in page.text) == (200, True)
    assert "fixpoint lint" not in page.text
    assert "findings.json cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("lang", "none", "line"),
    [
        ("zh", "暂无反馈", "客户：内容写错了。第 2 步 &lt;没有&gt;这个按钮"),
        ("en", "No outcome yet", "Customer: The information is wrong. 第 2 步"),
    ],
)
def test_writers_see_what_was_called_wrong_and_what_nobody_spoke_of(
    client: TestClient, customer: Person, lang: str, none: str, line: str
) -> None:
    customer.get("/?q=煮咖啡")
    fields = {"article": f"zh/{SOLUTION}", "verdict": "not_solved", "complaint": "false"}
    customer.send("/outcomes", search=customer.search(), note="第 2 步 <没有>这个按钮", **fields)
    client.cookies.clear()
    writer = Person(client, lang)
    sign_in(writer)

    page = writer.get("/writer").text

    later = re.findall(r"<td data-label=\"(?:后来|Later)\">(.+?)</td>", page)
    assert later == [none]
    assert line in page


def test_staff_pages_are_closed_to_customers(customer: Person) -> None:
    for path in ("/agent", "/writer"):
        assert customer.get(path).url.path == "/sign-in"
    for path in ("/agent", "/agent/outcomes", "/agent/reopenings"):
        refused = customer.send(path, symptom="4013", case="CRM-7")
        assert (refused.status_code, 'action="/sign-in"' in refused.text) == (401, True)


def recorded(client: TestClient) -> int:
    """How many searches are in the casebook."""
    database: Database = client.app_state["kb"].database
    count = select(func.count()).select_from(searches)
    return database.read(lambda connection: connection.scalar(count)) or 0


CROSS = {"Sec-Fetch-Site": "cross-site"}
UNMEANT = pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        CROSS | {"Sec-Fetch-Dest": "image"},
        CROSS | {"Sec-Fetch-Dest": "iframe"},
        CROSS | {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "script"},
    ],
    ids=str,
)


@UNMEANT
def test_what_nobody_asked_for_is_answered_and_not_recorded(
    customer: Person, sent: dict[str, str]
) -> None:
    page = customer.client.get("/?q=4013", headers=sent)

    assert "更新时提示错误 4013" in page.text
    assert "?s=" not in page.text
    assert recorded(customer.client) == 0


def test_a_look_at_the_headers_alone_is_not_recorded(customer: Person) -> None:
    assert customer.client.head("/?q=4013").status_code == 200
    assert recorded(customer.client) == 0


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"},
        CROSS | {"Sec-Fetch-Dest": "document"},
    ],
    ids=str,
)
def test_what_a_customer_asked_is_recorded(customer: Person, sent: dict[str, str]) -> None:
    assert "?s=" in customer.client.get("/?q=4013", headers=sent).text
    assert recorded(customer.client) == 1


@pytest.mark.parametrize(
    ("scope", "count"),
    [(Scope.AGENT, 1), (Scope.WRITER, 0), (Scope.ADMIN, 0)],
)
def test_who_looks_at_demand_makes_none(client: TestClient, scope: Scope, count: int) -> None:
    database = client.app_state["kb"].database
    made = Keyring(database).create("a", scope, actor="test", at=datetime.now(UTC))
    person = Person(client)
    person.send("/sign-in", key=made.text)

    page = person.get("/?q=4013").text
    article = person.get(f"/articles/zh/{SOLUTION}").text

    assert "更新时提示错误 4013" in page
    assert ("?s=" in page) is (count == 1)
    assert 'action="/outcomes"' not in article
    assert recorded(client) == count


def test_a_symptom_beside_a_log_has_the_limit_of_symptoms(customer: Person) -> None:
    longest = customer.send("/log", log="没有代码", q="错" * SYMPTOM_CHARACTERS)
    longer = customer.send("/log", log="错误 4013", q="错" * (SYMPTOM_CHARACTERS + 1))
    found = customer.send("/log", log="错误 4013", q="x" * SYMPTOM_CHARACTERS)

    assert (longest.status_code, longer.status_code, found.status_code) == (422, 422, 200)
    assert "没有读到错误代码" in longest.text
    assert "太长" in longer.text
    assert "错" * (SYMPTOM_CHARACTERS + 1) in longer.text
    assert ">\n错误 4013</textarea>" in longer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/agent", "/writer", "/api/v1/keys", "/api/v1/audit", "/api/v1/cases/CRM-7"),
        f"/api/v1/solutions/{SOLUTION}/outcomes",
    ],
)
def test_nothing_keeps_what_staff_read(staff: Person, path: str) -> None:
    read = staff.get(path)
    staff.client.cookies.clear()
    refused = staff.client.get(path, headers={"Accept": "application/json"})

    assert read.headers["cache-control"] == "no-store"
    assert refused.status_code in {401, 403}
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        f"/articles/zh/{SOLUTION}",
        f"/api/v1/articles/zh/{SOLUTION}",
        f"/api/v1/articles/zh/{SOLUTION}.md",
        f"/thanks/zh/{SOLUTION}?s={NOBODYS}",
    ],
)
def test_an_address_reads_much_and_not_endlessly(path: str) -> None:
    with TestClient(create_app(Settings(search_per_minute=1), opener(Shelf()))) as client:
        statuses = [client.get(path).status_code for _ in range(READINGS + 1)]

    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429
