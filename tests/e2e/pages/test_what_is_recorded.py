"""Which searches are recorded as demand, and which are nobody's question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from kb.casebook.keyring import Keyring
from kb.domain import Scope
from tests.e2e.editing import SOLUTION
from tests.e2e.people import Person, recorded

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
