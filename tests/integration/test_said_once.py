"""What is said again under the same key is said once."""

from __future__ import annotations

import pytest

from kb.casebook import Casebook
from kb.cases import CaseId, Correction, Verdict
from kb.errors import KeyReused
from tests.integration.records import AGENT, BANK, LATER, NOON, SHOP, VISITOR, a_report, a_search


def test_a_report_said_again_under_its_key_is_said_once(casebook: Casebook) -> None:
    search = a_search()
    casebook.record(search)
    report = a_report(search, note="好了")

    first = casebook.report(report, VISITOR, at=NOON, key="k1")
    again = casebook.report(report, VISITOR, at=LATER, key="k1")

    assert again == first
    assert casebook.history(first.case, AGENT) == [first]


def test_a_key_is_good_for_one_request(casebook: Casebook) -> None:
    said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON, key="k1")

    with pytest.raises(KeyReused, match="'k1'"):
        casebook.report(a_report(case="SF-7", note="!"), SHOP, at=NOON, key="k1")
    with pytest.raises(KeyReused):
        casebook.correct(said.id, Correction(Verdict.PARTLY), SHOP, at=NOON, key="k1")
    with pytest.raises(KeyReused):
        casebook.retract(said.id, SHOP, at=NOON, key="k1")
    with pytest.raises(KeyReused):
        casebook.reopen(said.case, SHOP, at=NOON, key="k1")

    assert casebook.history(said.case, SHOP) == [said]


def test_two_callers_may_use_the_same_key(casebook: Casebook) -> None:
    shops = casebook.report(a_report(case="SF-7"), SHOP, at=NOON, key="1")
    banks = casebook.report(a_report(case="SF-8"), BANK, at=NOON, key="1")

    assert shops.id != banks.id


def test_without_a_key_the_same_report_counts_twice(casebook: Casebook) -> None:
    casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    casebook.report(a_report(case="SF-7"), SHOP, at=NOON)

    assert len(casebook.history(CaseId("SF-7"), SHOP)) == 2


def test_corrections_retractions_and_reopenings_are_said_once_too(casebook: Casebook) -> None:
    said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON)

    for at in (NOON, LATER):
        corrected = casebook.correct(said.id, Correction(Verdict.PARTLY), SHOP, at=at, key="a")
        reopened = casebook.reopen(said.case, SHOP, at=at, key="b")
        retracted = casebook.retract(corrected.id, SHOP, at=at, key="c")

    assert casebook.history(said.case, SHOP) == [said, corrected, reopened, retracted]


def test_a_key_is_used_by_taking_back_once_more_what_was_taken_back(casebook: Casebook) -> None:
    said, other = (casebook.report(a_report(case="SF-7"), SHOP, at=NOON) for _ in range(2))
    taken = casebook.retract(said.id, SHOP, at=NOON)
    assert casebook.retract(said.id, SHOP, at=LATER, key="k1") == taken

    with pytest.raises(KeyReused, match="'k1'"):
        casebook.retract(other.id, SHOP, at=LATER, key="k1")

    assert casebook.retract(said.id, SHOP, at=LATER, key="k1") == taken
    assert casebook.history(said.case, SHOP) == [said, other, taken]
