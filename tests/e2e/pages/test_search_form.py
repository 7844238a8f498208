"""The form of the search page, as a client sends it that is no browser."""

from __future__ import annotations

from html import escape

import pytest

from kb.search import SYMPTOM_CHARACTERS
from tests.e2e.people import Person
from tests.e2e.shelf import Shelf


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


def test_what_holds_no_word_of_the_symptom_is_not_called_an_answer(customer: Person) -> None:
    page = customer.get("/?q=煮咖啡").text

    assert "没有找到合适的办法" in page
    assert "想找人帮忙" in page
    assert "最可能管用的办法" not in page
