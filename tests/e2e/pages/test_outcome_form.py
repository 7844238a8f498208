"""The form on which a customer says what came of a solution."""

from __future__ import annotations

import re

import pytest

from kb.cases import Verdict
from kb.domain import SolutionId
from tests.e2e.editing import NEW, SOLUTION, rename, withdraw
from tests.e2e.people import NOBODYS, Person
from tests.e2e.shelf import Shelf


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


@pytest.mark.parametrize(("lang", "asks"), [("zh", "描述我的问题"), ("en", "Describe my problem")])
def test_who_comes_without_a_search_is_asked_for_a_symptom(
    customer: Person, lang: str, asks: str
) -> None:
    customer.client.headers["Accept-Language"] = lang
    link = f"/articles/{lang}/{SOLUTION}"

    alone, led = (customer.get(path).text for path in (link, f"{link}?s={customer.search()}"))

    assert [asks in page for page in (alone, led)] == [True, False]
    assert ['action="/outcomes"' in page for page in (alone, led)] == [False, True]


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
