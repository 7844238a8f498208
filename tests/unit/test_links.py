from __future__ import annotations

import pytest

from kb.domain import ArticleId
from search_api import links


@pytest.mark.parametrize(
    ("article", "anchor", "link"),
    [
        ("zh/update-error-4013", "", "/articles/zh/update-error-4013"),
        ("en/desktop/sync", "step-3", "/articles/en/desktop/sync#step-3"),
        ("zh/a b#c?d%e", "", "/articles/zh/a%20b%23c%3Fd%25e"),
        ("zh/x", "解决方法", "/articles/zh/x#%E8%A7%A3%E5%86%B3%E6%96%B9%E6%B3%95"),
        ("zh/x", '"><b>', "/articles/zh/x#%22%3E%3Cb%3E"),
    ],
)
def test_a_link_survives_any_name(article: str, anchor: str, link: str) -> None:
    assert links.page(ArticleId(article), anchor) == link


def test_a_query_stands_before_the_anchor() -> None:
    assert links.page(ArticleId("zh/x"), "b", query="lang=en") == "/articles/zh/x?lang=en#b"
