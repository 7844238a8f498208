"""What was said is corrected or taken back, by whom and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.casebook.reporting import CORRECTIONS
from kb.cases import CaseId, Correction, OutcomeId, Retraction, Source, Verdict
from kb.domain import Principal
from kb.errors import BadReport, UnknownOutcome
from tests.integration.records import (
    AGENT,
    BANK,
    LATER,
    NOON,
    PHONE,
    SHOP,
    VISITOR,
    a_report,
    a_search,
)


def test_an_outcome_is_corrected_only_so_often(casebook: Casebook) -> None:
    last = said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    for _ in range(CORRECTIONS):
        last = casebook.correct(last.id, Correction(Verdict.PARTLY), SHOP, at=NOON)

    for each in (said, last):
        with pytest.raises(BadReport, match="20 times"):
            casebook.correct(each.id, Correction(Verdict.SOLVED), SHOP, at=NOON)
    casebook.correct(last.id, Correction(Verdict.WRONG), AGENT, at=NOON)


def test_a_correction_keeps_what_it_does_not_say(casebook: Casebook) -> None:
    search = a_search()
    casebook.record(search)
    report = replace(a_report(search, note="没用"), symptom="4013", tried=2, environment=PHONE)
    said = casebook.report(report, VISITOR, at=NOON)

    corrected = casebook.correct(said.id, Correction(Verdict.NOT_SOLVED), VISITOR, at=LATER)
    again = casebook.correct(
        corrected.id, Correction(Verdict.WRONG, tried=1, note="不对"), AGENT, at=LATER
    )

    assert corrected == replace(
        said, id=corrected.id, at=LATER, verdict=Verdict.NOT_SOLVED, corrects=said.id
    )
    assert (again.tried, again.note, again.corrects) == (1, "不对", corrected.id)
    assert (again.actor, again.source) == (AGENT.actor, Source.AGENT)


@pytest.mark.parametrize("stranger", [BANK, VISITOR])
def test_only_staff_changes_what_another_said(casebook: Casebook, stranger: Principal) -> None:
    said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON)

    with pytest.raises(UnknownOutcome, match=said.id):
        casebook.correct(said.id, Correction(Verdict.WRONG), stranger, at=NOON)
    with pytest.raises(UnknownOutcome):
        casebook.retract(said.id, stranger, at=NOON)

    taken = casebook.retract(said.id, AGENT, at=LATER)
    assert taken == Retraction(LATER, CaseId("SF-7@key:shop"), said.id, AGENT.actor)


def test_what_was_taken_back_cannot_be_changed_any_more(casebook: Casebook) -> None:
    said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    corrected = casebook.correct(said.id, Correction(Verdict.PARTLY), SHOP, at=NOON)
    casebook.retract(said.id, SHOP, at=NOON)

    for id_ in (said.id, corrected.id):
        with pytest.raises(UnknownOutcome, match="taken back"):
            casebook.correct(id_, Correction(Verdict.SOLVED), SHOP, at=NOON)
        with pytest.raises(UnknownOutcome, match="taken back"):
            casebook.retract(id_, AGENT, at=NOON)
        with pytest.raises(UnknownOutcome, match=f"no outcome '{id_}' of yours"):
            casebook.retract(id_, BANK, at=NOON)


@pytest.mark.parametrize("taker", [SHOP, AGENT])
@pytest.mark.parametrize("key", [None, "k1"])
def test_taking_back_what_one_took_back_changes_nothing(
    casebook: Casebook, taker: Principal, key: str | None
) -> None:
    said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    corrected = casebook.correct(said.id, Correction(Verdict.PARTLY), SHOP, at=NOON)
    other = casebook.correct(corrected.id, Correction(Verdict.SOLVED), AGENT, at=NOON)

    first = casebook.retract(said.id, taker, at=NOON)
    again = [casebook.retract(id_, taker, at=LATER) for id_ in (said.id, corrected.id)]
    with_key = casebook.retract(said.id, taker, at=LATER, key=key)

    assert (*again, with_key) == (first,) * 3
    assert len(casebook.history(said.case, SHOP)) == len([said, corrected, other, first])
    if taker is AGENT:
        assert casebook.retract(other.id, AGENT, at=LATER) != first


def test_an_unknown_outcome_cannot_be_changed(casebook: Casebook) -> None:
    with pytest.raises(UnknownOutcome, match="no outcome 'o-1'"):
        casebook.retract(OutcomeId("o-1"), AGENT, at=NOON)


def test_two_services_take_back_one_outcome_once(url: str) -> None:
    with closing(Database(url)) as one, closing(Database(url)) as two:
        books = [Casebook(one), Casebook(two)]
        for _ in range(10):
            said = books[0].report(a_report(case="SF-7"), SHOP, at=NOON)
            with ThreadPoolExecutor(2) as pool:
                taken = [pool.submit(each.retract, said.id, SHOP, at=NOON) for each in books]

            first, second = (each.result() for each in taken)
            assert first == second
            assert books[0].history(said.case, SHOP).count(first) == 1
