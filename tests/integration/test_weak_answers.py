"""Answers that were weak, and solutions that people called wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.casebook import Casebook
from kb.cases import CaseId, Correction, Outcome, Search, Verdict
from kb.domain import Language, Principal, SolutionId
from tests.integration.records import (
    AGENT,
    CABLE,
    LATER,
    NOON,
    RESTART,
    SHOP,
    VISITOR,
    a_report,
    a_search,
)

LATER_STILL = timedelta(hours=1)


LEAST = {Language.ZH: 0.5, Language.EN: 0.3}


@pytest.mark.parametrize(
    "search",
    [
        a_search(scores=()),
        a_search(scores=(0.49, 0.4)),
        replace(a_search(scores=(0.9,)), matched=False),
        replace(a_search(scores=(0.29,)), lang=Language.EN),
    ],
)
def test_an_answer_below_the_least_score_of_its_language_is_weak(
    casebook: Casebook, search: Search
) -> None:
    casebook.record(search)

    assert [each.example for each in casebook.weak(since=NOON, least=LEAST, limit=9)] == [search.id]


@pytest.mark.parametrize(
    "search",
    [a_search(scores=(0.5, 0.4)), replace(a_search(scores=(0.3,)), lang=Language.EN)],
)
def test_other_answers_are_not_weak(casebook: Casebook, search: Search) -> None:
    casebook.record(search)

    assert casebook.weak(since=NOON, least=LEAST, limit=9) == []


def test_weak_answers_are_grouped_by_symptom_the_most_frequent_first(casebook: Casebook) -> None:
    texts = ["螢幕全黑", "屏幕全黑", "屏幕全黑 ", "Printer  offline", "printer offline", "只有一次"]
    searches = [
        a_search(SHOP, text, scores=(), at=NOON + timedelta(hours=n))
        for n, text in enumerate(texts)
    ]
    for each in searches:
        casebook.record(each)

    found = casebook.weak(since=NOON, least=LEAST, limit=2)

    assert [(each.symptom, each.count) for each in found] == [
        ("屏幕全黑 ", 3),
        ("printer offline", 2),
    ]
    assert (found[0].example, found[0].last) == (searches[2].id, searches[2].at)


def test_a_visitor_who_asks_again_counts_once(casebook: Casebook) -> None:
    other = Principal("anonymous:v2", VISITOR.scopes)
    for actor in (VISITOR, VISITOR, other, SHOP, SHOP):
        casebook.record(a_search(actor, "屏幕全黑", scores=()))

    assert [each.count for each in casebook.weak(since=NOON, least={}, limit=1)] == [4]


def test_who_searches_again_for_a_case_counts_once_with_whose_case_it_is(
    casebook: Casebook,
) -> None:
    twice = [a_search(VISITOR, "屏幕全黑", scores=()) for _ in range(2)]
    shops = a_search(SHOP, "屏幕全黑", case="SF-1@key:shop", scores=())
    for each in (*twice, shops):
        casebook.record(each)
    said = casebook.report(a_report(twice[0], Verdict.PARTLY), VISITOR, at=NOON)
    for case in (said.case, shops.case, shops.case, None):
        casebook.record(a_search(AGENT, "屏幕全黑", case=case, scores=()))

    assert [each.count for each in casebook.weak(since=NOON, least={}, limit=1)] == [3]


def test_weak_answers_of_before_and_erased_ones_are_left_out(casebook: Casebook) -> None:
    casebook.record(a_search(scores=(), at=NOON - timedelta(seconds=1)))
    casebook.record(a_search(symptom=None, scores=()))

    assert casebook.weak(since=NOON, least=LEAST, limit=10) == []


def test_a_weak_answer_is_solved_when_its_case_is(casebook: Casebook) -> None:
    named = a_search(SHOP, "打印机脱机", case="SF-1@key:shop", scores=())
    reported = a_search(VISITOR, "屏幕全黑", scores=())
    open_ = a_search(VISITOR, "连不上网", scores=())
    unheard = a_search(VISITOR, "听不到声音", scores=())
    taken = a_search(VISITOR, "充不上电", scores=())
    better = a_search(SHOP, "打印机显示脱机")
    for each in (named, reported, open_, unheard, taken, better):
        casebook.record(each)
    casebook.report(a_report(better, case="SF-1"), SHOP, at=NOON)
    casebook.report(a_report(reported), VISITOR, at=NOON)
    casebook.report(a_report(open_, Verdict.NOT_SOLVED), VISITOR, at=NOON)
    gone = casebook.report(a_report(taken, Verdict.NOT_SOLVED), VISITOR, at=NOON)
    casebook.retract(gone.id, VISITOR, at=NOON)

    weak = casebook.weak(since=NOON, least={}, limit=9)

    assert {each.symptom for each in weak if each.solved} == {"打印机脱机", "屏幕全黑"}
    assert {each.symptom for each in weak if not each.reported} == {"听不到声音", "充不上电"}


def test_what_people_wrote_who_called_a_solution_wrong_comes_newest_first(
    casebook: Casebook,
) -> None:
    def wrong(case: int, note: str | None, solution: SolutionId = CABLE) -> Outcome:
        report = a_report(case=f"SF-{case}", verdict=Verdict.WRONG, note=note, solution=solution)
        return casebook.report(report, SHOP, at=NOON + timedelta(minutes=case))

    old, _, corrected, retracted, later = (
        wrong(number, note) for number, note in enumerate(["第 3 步", None, "x", "y", "[false]"])
    )
    casebook.correct(corrected.id, Correction(Verdict.SOLVED), SHOP, at=LATER)
    casebook.retract(retracted.id, SHOP, at=LATER)
    agreed = casebook.correct(old.id, Correction(Verdict.WRONG), AGENT, at=LATER + LATER_STILL)
    other = wrong(9, "打不开", RESTART)
    casebook.reopen(CaseId("SF-9"), SHOP, at=LATER + LATER_STILL)

    found = casebook.objections([CABLE, RESTART, SolutionId("third")], limit=2)

    said = {id_: [(each.id, each.note) for each in by] for id_, by in found.items()}
    assert said == {
        CABLE: [(agreed.id, "第 3 步"), (later.id, "[false]")],
        RESTART: [(other.id, "打不开")],
    }
    first = casebook.objections([CABLE], limit=1)
    assert {id_: [each.id for each in by] for id_, by in first.items()} == {CABLE: [agreed.id]}
    assert casebook.objections([], limit=1) == {}


def test_a_case_that_was_reopened_is_not_solved(casebook: Casebook) -> None:
    search = a_search(scores=())
    casebook.record(search)
    case = casebook.report(a_report(search), VISITOR, at=NOON).case
    casebook.reopen(case, AGENT, at=LATER)

    assert not casebook.weak(since=NOON, least={}, limit=1)[0].solved
