"""Texts that an administrator erases, and people who are forgotten."""

from __future__ import annotations

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from kb.cases import SearchId
from kb.domain import Scope
from tests.e2e.desks import CASES, NOBODYS, Desk, desk, made, problem, visitors_search
from tests.e2e.shelf import Shelf


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
