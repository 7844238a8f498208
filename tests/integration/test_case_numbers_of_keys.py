"""Case numbers: each key has its own, and staff reaches them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.casebook import Casebook
from kb.cases import CaseId, Outcome, Report, Verdict
from kb.domain import Principal
from kb.errors import NotAllowed, UnknownCase
from tests.integration.records import (
    AGENT,
    BANK,
    CABLE,
    LATER,
    NOON,
    SHOP,
    VISITOR,
    a_report,
    a_search,
)


def test_a_search_made_for_a_case_belongs_to_it(casebook: Casebook) -> None:
    search = a_search(SHOP, case="SF-7")
    casebook.record(search)

    assert casebook.report(a_report(search), SHOP, at=NOON).case == "SF-7"


def test_a_visitor_cannot_slip_into_anothers_case_by_naming_it(casebook: Casebook) -> None:
    casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    casebook.report(a_report(case="DESK-1"), AGENT, at=NOON)
    search = a_search(VISITOR)
    casebook.record(search)

    assert casebook.meant(CaseId("SF-7"), VISITOR) is None
    assert casebook.meant(CaseId("DESK-1"), VISITOR) is None
    said = casebook.report(a_report(search), VISITOR, at=NOON)
    assert casebook.meant(said.case, VISITOR) == said.case
    with pytest.raises(UnknownCase):
        casebook.report(a_report(search, case="DESK-1"), VISITOR, at=NOON)


@pytest.mark.parametrize("reporter", [SHOP, AGENT])
def test_a_search_made_for_a_case_opens_it_for_who_searched(
    casebook: Casebook, reporter: Principal
) -> None:
    search = a_search(SHOP, case=casebook.meant(CaseId("CRM-77"), SHOP))
    casebook.record(search)

    said = casebook.report(a_report(search), reporter, at=NOON)

    assert said.case.startswith("CRM-77")
    assert [
        each.id for each in casebook.history(CaseId("CRM-77"), SHOP) if isinstance(each, Outcome)
    ] == [said.id]


def test_two_keys_have_the_same_number_without_meeting(casebook: Casebook) -> None:
    agents = casebook.report(a_report(case="CRM-1"), AGENT, at=NOON)
    shops = casebook.report(a_report(case="CRM-1"), SHOP, at=NOON)
    banks = casebook.report(a_report(case="CRM-1"), BANK, at=NOON)

    assert {shops.case, banks.case} == {"CRM-1"}
    assert casebook.history(CaseId("CRM-1"), AGENT) == [agents]
    assert casebook.history(CaseId("CRM-1"), SHOP) == [shops]
    assert casebook.history(CaseId("CRM-1"), BANK) == [banks]


def test_staff_reaches_the_only_case_of_a_number_or_says_whose(casebook: Casebook) -> None:
    shops = casebook.report(a_report(case="CRM-1"), SHOP, at=NOON)
    agents = casebook.report(a_report(case="CRM-1"), AGENT, at=LATER)
    assert agents.case == "CRM-1@key:shop"
    assert casebook.history(CaseId("CRM-1"), SHOP)[0] == shops

    casebook.report(a_report(case="CRM-1"), BANK, at=NOON)
    with pytest.raises(UnknownCase, match="CRM-1@key:bank, CRM-1@key:shop") as told:
        casebook.report(a_report(case="CRM-1"), AGENT, at=LATER)
    assert told.value.ids == ("CRM-1@key:bank", "CRM-1@key:shop")
    assert casebook.meant(CaseId("CRM-1"), AGENT) == "CRM-1"
    assert len(casebook.history(CaseId("CRM-1@key:shop"), AGENT)) == 2
    with pytest.raises(UnknownCase):
        casebook.report(a_report(case="CRM-9@key:shop"), AGENT, at=LATER)


@pytest.mark.parametrize("spelt", [str.lower, lambda number: number.replace("-", "")])
def test_a_number_that_we_gave_is_known_however_people_write_it(
    casebook: Casebook, spelt: Callable[[str], str]
) -> None:
    search = a_search()
    casebook.record(search)
    given = casebook.report(Report(CABLE, Verdict.PARTLY, search=search.id), VISITOR, at=NOON).case
    typed = CaseId(spelt(given))

    assert casebook.meant(typed, AGENT) == given
    assert [each.case for each in casebook.history(typed, AGENT)] == [given]
    assert casebook.report(a_report(case=typed), AGENT, at=LATER).case == given
    with pytest.raises(UnknownCase):
        casebook.history(typed, SHOP)


def test_staff_reads_what_was_searched_for_a_case(casebook: Casebook) -> None:
    led, made, other = a_search(), a_search(AGENT, None, at=LATER, case="SF-7"), a_search(SHOP)
    for each in (made, led, other):
        casebook.record(each)
    assert casebook.asked(CaseId("SF-7"), AGENT, limit=9) == [made]
    casebook.report(
        Report(CABLE, Verdict.PARTLY, search=led.id, case=CaseId("SF-7")), AGENT, at=NOON
    )

    assert casebook.asked(CaseId("SF-7"), AGENT, limit=9) == [led, made]
    assert casebook.asked(CaseId("SF-7"), AGENT, limit=1) == [made]
    assert casebook.asked(CaseId("SF-8"), AGENT, limit=9) == []
    for outsider in (SHOP, VISITOR):
        with pytest.raises(NotAllowed):
            casebook.asked(CaseId("SF-7"), outsider, limit=9)


def test_only_staff_reopens_what_staff_said(casebook: Casebook) -> None:
    casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    casebook.reopen(CaseId("SF-7"), SHOP, at=NOON)
    casebook.report(a_report(case="SF-7"), AGENT, at=NOON)

    with pytest.raises(NotAllowed, match="staff"):
        casebook.reopen(CaseId("SF-7"), SHOP, at=LATER)

    assert casebook.reopen(CaseId("SF-7"), AGENT, at=LATER).case == "SF-7@key:shop"


def test_a_named_case_goes_before_the_searchs_own(casebook: Casebook) -> None:
    search = a_search(SHOP, case="SF-7")
    casebook.record(search)

    assert casebook.report(a_report(search, case="SF-8"), SHOP, at=NOON).case == "SF-8"


def test_a_case_belongs_to_the_key_that_opened_it_and_to_staff(casebook: Casebook) -> None:
    casebook.report(a_report(case="SF-7"), SHOP, at=NOON)

    with pytest.raises(UnknownCase, match="no case 'SF-7' of yours"):
        casebook.history(CaseId("SF-7"), BANK)
    with pytest.raises(UnknownCase):
        casebook.reopen(CaseId("SF-7"), BANK, at=NOON)
    with pytest.raises(UnknownCase):
        casebook.history(CaseId("SF-7@key:shop"), BANK)

    casebook.report(a_report(case="SF-7"), AGENT, at=NOON)
    assert len(casebook.history(CaseId("SF-7"), SHOP)) == 2


def test_a_visitor_cannot_read_or_reopen_cases(casebook: Casebook) -> None:
    search = a_search()
    casebook.record(search)
    case = casebook.report(a_report(search), VISITOR, at=NOON).case

    with pytest.raises(NotAllowed):
        casebook.history(case, VISITOR)
    with pytest.raises(NotAllowed):
        casebook.reopen(case, VISITOR, at=NOON)


def test_an_unknown_case_has_no_history(casebook: Casebook) -> None:
    with pytest.raises(UnknownCase, match=r"no case 'c-91'.*report"):
        casebook.history(CaseId("c-91"), AGENT)
