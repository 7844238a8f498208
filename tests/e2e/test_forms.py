"""The forms of our pages, as a client sends them that is no browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from kb import findings
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring
from kb.casebook.tables import searches
from kb.domain import Confidence, Scope, SolutionId
from kb.findings import Finding, Severity
from kb.search import SYMPTOM_CHARACTERS
from kb.settings import Settings
from search_api.app import create_app
from search_api.body_limit import LOG_BYTES
from search_api.deps import READINGS
from tests.e2e.shelf import Shelf, opener

SOLUTION = "update-error-4013"
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
    database = client.app_state["kb"].database
    made = Keyring(database).create("a", Scope.ADMIN, actor="test", at=datetime.now(UTC))
    person = Person(client)
    assert person.send("/sign-in", key=made.text, next="/agent").url.path == "/agent"
    return person


@pytest.mark.parametrize(
    ("log", "status", "said"),
    [
        ("恢复失败\n错误 4013", 200, "错误代码 4013"),
        ("没有代码", 422, "没有读到错误代码"),
        ("", 422, "没有读到错误代码"),
        ("错" * (LOG_BYTES // 3 + 1), 422, "256 KB"),
    ],
    ids=["code", "none", "empty", "too long"],
)
def test_a_log_is_read_for_its_codes(customer: Person, log: str, status: int, said: str) -> None:
    answer = customer.send("/log", log=log, q="更新失败")

    assert (answer.status_code, said in answer.text) == (status, True)
    assert "更新失败" in answer.text
    assert "恢复失败" not in answer.text
    assert "%E6%81%A2" not in str(answer.url)


def test_a_log_over_the_limit_of_bodies_is_refused(customer: Person) -> None:
    assert customer.send("/log", log="x" * 2 * LOG_BYTES).status_code == 413


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
    [("zh", "已记下：没解决。这篇文章之后下线了"), ("en", "We noted: Not solved.")],
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


def test_a_case_without_a_history_says_so(staff: Person) -> None:
    assert "还没有记录" in staff.send("/agent", case="CRM-8").text
    assert staff.send("/agent").url.path == "/agent"
    assert staff.get(f"/agent?s={NOBODYS}").status_code == 404


def test_writers_see_what_to_mend(staff: Person, state: Path) -> None:
    assert "fixpoint lint" in staff.get("/writer").text
    found = [
        Finding("zh/a.md", None, Severity.WARNING, "no summary"),
        Finding("zh/b.md", 4, Severity.ERROR, "<b>unknown key</b>"),
    ]
    findings.keep(state, Path("articles"), datetime(2026, 3, 2, 9, 30, tzinfo=UTC), found)

    page = staff.get("/writer").text
    assert "2026-03-02 09:30 UTC" in page
    assert page.index("zh/b.md:4") < page.index("zh/a.md")
    assert "<b>unknown" not in page


def test_staff_pages_are_closed_to_customers(customer: Person) -> None:
    for path in ("/agent", "/writer"):
        assert customer.get(path).url.path == "/sign-in"
    for path in ("/agent", "/agent/outcomes", "/agent/reopenings"):
        assert customer.send(path, symptom="4013", case="CRM-7").url.path == "/sign-in"


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
    [(Scope.SEARCH, 1), (Scope.AGENT, 1), (Scope.WRITER, 0), (Scope.ADMIN, 0)],
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

    assert (longest.status_code, longer.status_code) == (422, 422)
    assert "没有读到错误代码" in longest.text
    assert "太长" in longer.text
    assert "错错" not in longer.text


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
