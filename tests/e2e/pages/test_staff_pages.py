"""What sets the pages of staff apart from those of customers."""

from __future__ import annotations

import re

import pytest
from httpx2 import Response

from tests.e2e.editing import SOLUTION
from tests.e2e.people import Person, sign_in
from tests.e2e.shelf import Shelf, an_article


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


def test_staff_pages_are_closed_to_customers(customer: Person) -> None:
    for path in ("/agent", "/writer"):
        assert customer.get(path).url.path == "/sign-in"
    for path in ("/agent", "/agent/outcomes", "/agent/reopenings"):
        refused = customer.send(path, symptom="4013", case="CRM-7")
        assert (refused.status_code, 'action="/sign-in"' in refused.text) == (401, True)


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
