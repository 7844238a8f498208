"""The form that reads error codes out of a log, as a client sends it that is no browser."""

from __future__ import annotations

import re
from html import escape

import pytest

from kb.search import SYMPTOM_CHARACTERS
from search_api.body_limit import LOG_BYTES
from tests.e2e.people import Person
from tests.e2e.shelf import Shelf


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


def test_the_address_of_the_log_leads_to_its_field(customer: Person) -> None:
    answer = customer.get("/log")

    assert [each.status_code for each in answer.history] == [303]
    assert answer.url.path == "/"
    assert 'id="log"' in answer.text


def test_a_symptom_beside_a_log_has_the_limit_of_symptoms(customer: Person) -> None:
    longest = customer.send("/log", log="没有代码", q="错" * SYMPTOM_CHARACTERS)
    longer = customer.send("/log", log="错误 4013", q="错" * (SYMPTOM_CHARACTERS + 1))
    found = customer.send("/log", log="错误 4013", q="x" * SYMPTOM_CHARACTERS)

    assert (longest.status_code, longer.status_code, found.status_code) == (422, 422, 200)
    assert "没有读到错误代码" in longest.text
    assert "太长" in longer.text
    assert "错" * (SYMPTOM_CHARACTERS + 1) in longer.text
    assert ">\n错误 4013</textarea>" in longer.text
