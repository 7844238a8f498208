from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.cases import (
    CaseId,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Retraction,
    Source,
    Verdict,
)
from kb.domain import SolutionId
from kb.standing import about, current, taken_back, undone

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CASE = CaseId("工单-91")
CABLE, RESTART = SolutionId("换数据线"), SolutionId("restart")


def said(
    id_: str,
    verdict: Verdict,
    *,
    solution: SolutionId = CABLE,
    by: Source = Source.CUSTOMER,
    corrects: str | None = None,
) -> Outcome:
    return Outcome(
        id=OutcomeId(id_),
        at=NOON,
        case=CASE,
        solution=solution,
        verdict=verdict,
        actor=f"key:{by}",
        source=by,
        corrects=OutcomeId(corrects) if corrects else None,
    )


def taken(id_: str) -> Retraction:
    return Retraction(NOON, CASE, OutcomeId(id_), "key:customer")


REOPENED = Reopening(NOON, CASE, "key:customer")


def verdicts(*history: Entry) -> dict[SolutionId, Verdict]:
    return {solution: each.verdict for solution, each in current(history).items()}


def test_nothing_said_is_nothing_counted() -> None:
    assert verdicts() == {}
    assert verdicts(REOPENED) == {}


def test_each_solution_of_a_case_has_one_verdict_the_last() -> None:
    found = verdicts(
        said("1", Verdict.NOT_SOLVED),
        said("2", Verdict.SOLVED, solution=RESTART),
        said("3", Verdict.PARTLY),
    )

    assert found == {CABLE: Verdict.PARTLY, RESTART: Verdict.SOLVED}


@pytest.mark.parametrize("earlier", [Source.ANONYMOUS, Source.CUSTOMER])
def test_an_agents_word_stands_over_a_customers_whoever_spoke_last(earlier: Source) -> None:
    agents = said("1", Verdict.WRONG, by=Source.AGENT)
    customers = said("2", Verdict.SOLVED, by=earlier)

    assert verdicts(agents, customers) == {CABLE: Verdict.WRONG}
    assert verdicts(customers, agents) == {CABLE: Verdict.WRONG}


def test_a_correction_stands_for_what_it_corrects() -> None:
    first = said("1", Verdict.SOLVED, by=Source.AGENT)
    corrected = said("2", Verdict.NOT_SOLVED, by=Source.AGENT, corrects="1")

    assert current([first, corrected]) == {CABLE: corrected}


def test_who_takes_a_correction_back_takes_back_what_it_stood_for() -> None:
    history: list[Entry] = [
        said("1", Verdict.SOLVED),
        said("2", Verdict.NOT_SOLVED, corrects="1"),
        taken("2"),
    ]

    assert taken_back(history) == {"1", "2"}
    assert verdicts(*history) == {}


def test_an_agents_correction_taken_back_leaves_what_the_customer_said() -> None:
    found = verdicts(
        said("1", Verdict.SOLVED),
        said("2", Verdict.NOT_SOLVED, by=Source.AGENT, corrects="1"),
        said("3", Verdict.WRONG, by=Source.AGENT, corrects="2"),
        taken("3"),
    )

    assert found == {CABLE: Verdict.SOLVED}


def test_what_is_taken_back_takes_its_own_corrections_along() -> None:
    history: list[Entry] = [
        said("1", Verdict.SOLVED),
        said("2", Verdict.PARTLY, corrects="1"),
        said("3", Verdict.WRONG, corrects="2"),
        taken("1"),
    ]

    assert taken_back(history) == {"1", "2", "3"}
    assert verdicts(*history) == {}


def test_an_agents_correction_outlives_what_the_customer_takes_back() -> None:
    found = verdicts(
        said("1", Verdict.SOLVED),
        said("2", Verdict.NOT_SOLVED, by=Source.AGENT, corrects="1"),
        taken("1"),
    )

    assert found == {CABLE: Verdict.NOT_SOLVED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Verdict.SOLVED, Verdict.NOT_SOLVED),
        (Verdict.PARTLY, Verdict.NOT_SOLVED),
        (Verdict.NOT_SOLVED, Verdict.NOT_SOLVED),
        (Verdict.WRONG, Verdict.WRONG),
    ],
)
def test_a_reopening_undoes_what_had_solved_the_case(before: Verdict, after: Verdict) -> None:
    outcome = said("1", before, by=Source.AGENT)

    assert current([outcome, REOPENED]) == {CABLE: replace(outcome, verdict=after)}


def test_what_is_said_after_a_reopening_counts_even_by_a_customer() -> None:
    found = verdicts(
        said("1", Verdict.SOLVED, by=Source.AGENT),
        said("2", Verdict.PARTLY, solution=RESTART),
        REOPENED,
        said("3", Verdict.SOLVED),
    )

    assert found == {CABLE: Verdict.SOLVED, RESTART: Verdict.NOT_SOLVED}


def test_what_a_reopening_undid_is_told_from_what_stands() -> None:
    before = [
        said("1", Verdict.SOLVED),
        said("2", Verdict.PARTLY, solution=RESTART),
        said("3", Verdict.NOT_SOLVED),
        said("4", Verdict.WRONG),
    ]
    noted, fresh = said("5", Verdict.SOLVED, corrects="1"), said("6", Verdict.PARTLY, corrects="5")

    assert undone(before) == set()
    assert undone([*before, REOPENED]) == {"1", "2"}
    assert undone([*before, REOPENED, noted, fresh]) == {"1", "2", "5"}


def test_a_correction_after_a_reopening_is_new_only_with_another_verdict() -> None:
    before = said("1", Verdict.SOLVED)
    noted = said("2", Verdict.SOLVED, corrects="1")
    failed = said("3", Verdict.PARTLY, corrects="2")
    again = said("4", Verdict.SOLVED, corrects="3")

    assert verdicts(before, REOPENED, noted) == {CABLE: Verdict.NOT_SOLVED}
    assert verdicts(before, REOPENED, noted, failed) == {CABLE: Verdict.PARTLY}
    assert verdicts(before, REOPENED, noted, failed, again) == {CABLE: Verdict.SOLVED}
    assert verdicts(before, failed, REOPENED, again) == {CABLE: Verdict.SOLVED}


def test_a_history_can_be_told_without_what_was_said_of_a_solution() -> None:
    history: list[Entry] = [
        said("1", Verdict.NOT_SOLVED),
        said("2", Verdict.SOLVED, solution=RESTART),
        said("3", Verdict.PARTLY, corrects="1"),
        taken("2"),
        taken("3"),
        REOPENED,
    ]

    assert about(history, {CABLE}) == [history[0], history[2], history[4], REOPENED]
    assert about(history, {RESTART}) == [history[1], history[3], REOPENED]
    assert about(history, ()) == [REOPENED]
