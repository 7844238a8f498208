from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.cases import NOT_TRIED, CaseId, Outcome, OutcomeId, Source, Verdict
from kb.domain import SolutionId
from search_api.presses import Press, pressed, tried, tried_again

CABLE, RESTART = SolutionId("换数据线"), SolutionId("restart")


def said(verdict: Verdict, order: int | None, solution: SolutionId = CABLE) -> Outcome:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    id_, case = OutcomeId("1"), CaseId("C-1")
    return Outcome(id_, at, case, solution, verdict, "key:a", Source.AGENT, tried=order)


@pytest.mark.parametrize("press", list(Press))
def test_what_is_pressed_is_told_by_what_is_recorded(press: Press) -> None:
    assert pressed(said(press.verdict, tried(press, CABLE, {}))) is press


def test_every_button_has_a_key_of_its_own() -> None:
    assert len({each.key for each in Press}) == len(Press)


@pytest.mark.parametrize(
    ("press", "earlier", "order"),
    [
        (Press.NOT_SOLVED, NOT_TRIED, 2),
        (Press.NOT_SOLVED, None, 2),
        (Press.SOLVED, 5, 5),
        (Press.UNSUITED, 5, NOT_TRIED),
    ],
)
def test_what_does_not_apply_takes_no_place_in_the_order(
    press: Press, earlier: int | None, order: int
) -> None:
    before = {
        RESTART: said(Verdict.NOT_SOLVED, 1, RESTART),
        CABLE: said(Verdict.NOT_SOLVED, earlier),
    }

    assert tried(press, CABLE, before) == order


@pytest.mark.parametrize(
    ("press", "earlier", "order"),
    [
        (Press.NOT_SOLVED, NOT_TRIED, 2),
        (Press.SOLVED, NOT_TRIED, 2),
        (Press.NOT_SOLVED, 5, None),
        (Press.SOLVED, None, None),
        (Press.UNSUITED, 5, NOT_TRIED),
    ],
)
def test_only_what_was_tried_after_all_is_counted_anew(
    press: Press, earlier: int | None, order: int | None
) -> None:
    other = replace(said(Verdict.PARTLY, 1, RESTART), id=OutcomeId("2"), actor="key:b")
    wrong = said(Verdict.NOT_SOLVED, earlier)

    assert tried_again(press, wrong, [wrong, other]) == order
