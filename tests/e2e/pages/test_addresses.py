"""Addresses of our pages, as browsers and search engines open them."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import pytest
from fastapi.testclient import TestClient

from kb.settings import Settings
from search_api.app import create_app
from search_api.deps import READINGS
from tests.e2e.editing import SOLUTION
from tests.e2e.people import NOBODYS, Person
from tests.e2e.shelf import Shelf, opener


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
