"""What a search and a report leave in the casebook, and how it is read and counted."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.cases import CaseId, Correction, Report, SearchId, Source, Verdict
from kb.domain import Principal, SolutionId
from kb.errors import BadReport, NotAllowed, UnknownCase, UnknownSearch
from tests.integration.records import (
    AGENT,
    BANK,
    CABLE,
    LATER,
    NOON,
    PHONE,
    RESTART,
    SHOP,
    VISITOR,
    a_report,
    a_search,
)

OURS = re.compile(r"C-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


@pytest.mark.parametrize("symptom", ["手机连不上 Wi-Fi 😀", "Phone won't join “Wi-Fi”", None])
def test_a_search_is_kept_with_everything_it_showed(casebook: Casebook, symptom: str) -> None:
    search = a_search(symptom=symptom, case="工单-91")
    shown = (replace(search.shown[0], prior=0.25, chance=1 / 3, propensity=0.1), search.shown[1])
    search = replace(search, shown=shown, fit="fit-1")

    casebook.record(search)

    assert casebook.search(search.id) == search


def test_a_search_that_showed_nothing_is_kept(casebook: Casebook) -> None:
    search = replace(a_search(scores=()), matched=False)

    casebook.record(search)

    assert casebook.search(search.id) == search


def test_an_unknown_search_is_told(casebook: Casebook) -> None:
    with pytest.raises(UnknownSearch, match="no search '4013'"):
        casebook.search(SearchId("4013"))


def test_a_visitors_report_opens_a_case_with_a_number_to_be_read_aloud(casebook: Casebook) -> None:
    search = a_search()
    casebook.record(search)

    said = casebook.report(a_report(search, note="换线后好了"), VISITOR, at=LATER)

    assert OURS.fullmatch(said.case)
    assert said.at == LATER
    assert (said.solution, said.verdict, said.note) == (CABLE, Verdict.SOLVED, "换线后好了")
    assert (said.actor, said.source) == (VISITOR.actor, Source.ANONYMOUS)
    assert (said.search, said.resolution) == (search.id, f"hash of {CABLE}")
    assert casebook.history(said.case, AGENT) == [said]


def test_reports_by_one_search_join_one_case(casebook: Casebook) -> None:
    search = a_search()
    casebook.record(search)

    first = casebook.report(a_report(search, Verdict.NOT_SOLVED), VISITOR, at=NOON)
    second = casebook.report(a_report(search, solution=RESTART), VISITOR, at=LATER)
    third = casebook.report(a_report(search, Verdict.WRONG), AGENT, at=LATER)

    assert first.case == second.case == third.case
    assert casebook.history(first.case, AGENT) == [first, second, third]


def test_a_solution_that_was_not_shown_has_no_resolution_hash(casebook: Casebook) -> None:
    search = a_search(scores=(0.9,))
    casebook.record(search)

    said = casebook.report(a_report(search, solution=RESTART), VISITOR, at=NOON)

    assert said.resolution == ""


def test_everything_of_a_report_is_kept(casebook: Casebook) -> None:
    report = replace(
        a_report(case="SF-7", note="not at once"),
        symptom="Screen stays black",
        tried=3,
        environment=PHONE,
    )

    said = casebook.report(report, AGENT, at=NOON)

    assert (said.case, said.tried, said.note) == ("SF-7", 3, "not at once")
    assert (said.symptom, said.environment) == ("Screen stays black", PHONE)
    assert casebook.history(said.case, AGENT) == [said]


def test_a_report_of_what_its_search_did_not_show_has_the_resolution_of_now(
    casebook: Casebook,
) -> None:
    search = a_search(scores=(0.9,))
    casebook.record(search)

    shown = casebook.report(a_report(search), VISITOR, at=NOON, resolution="now")
    other = casebook.report(a_report(search, solution=RESTART), VISITOR, at=NOON, resolution="now")

    assert (shown.resolution, other.resolution) == (f"hash of {CABLE}", "now")


def test_a_report_without_search_case_and_symptom_is_refused(casebook: Casebook) -> None:
    with pytest.raises(BadReport, match="a search, a case or a symptom"):
        casebook.report(a_report(), AGENT, at=NOON)


def test_a_symptom_alone_opens_a_case_for_who_has_a_key(casebook: Casebook) -> None:
    said = casebook.report(replace(a_report(), symptom="打印机脱机"), SHOP, at=NOON)

    assert OURS.fullmatch(said.case)
    assert casebook.history(said.case, SHOP) == [said]


@pytest.mark.parametrize("report", [a_report(case="SF-7"), replace(a_report(), symptom="黑屏")])
def test_a_visitor_reports_by_a_search_only(casebook: Casebook, report: Report) -> None:
    with pytest.raises(NotAllowed, match="sign in"):
        casebook.report(report, VISITOR, at=NOON)


@pytest.mark.parametrize("stranger", [Principal("anonymous:v2", VISITOR.scopes), SHOP])
def test_nobody_but_staff_reports_by_anothers_search(
    casebook: Casebook, stranger: Principal
) -> None:
    search = a_search(VISITOR)
    casebook.record(search)

    with pytest.raises(UnknownSearch):
        casebook.report(a_report(search), stranger, at=NOON)

    assert casebook.report(a_report(search), AGENT, at=NOON).source is Source.AGENT


def test_a_refused_report_leaves_nothing(casebook: Casebook) -> None:
    search = a_search(SHOP)
    casebook.record(search)

    with pytest.raises(UnknownSearch):
        casebook.report(a_report(search, case="SF-7"), BANK, at=NOON, key="k")

    with pytest.raises(UnknownCase):
        casebook.history(CaseId("SF-7"), BANK)
    assert casebook.report(a_report(case="SF-8"), BANK, at=NOON, key="k").case == "SF-8"


def test_a_solutions_outcomes_come_newest_first_in_pages(casebook: Casebook) -> None:
    said = [casebook.report(a_report(case=f"SF-{n}"), SHOP, at=NOON) for n in range(5)]
    casebook.report(a_report(case="SF-1", solution=RESTART), SHOP, at=NOON)
    casebook.reopen(CaseId("SF-1"), SHOP, at=NOON)

    first = casebook.outcomes(CABLE, limit=3)
    second = casebook.outcomes(CABLE, before=first.before, limit=3)

    shown = [*first.outcomes, *second.outcomes]
    assert [each.id for each in shown] == [each.id for each in reversed(said)]
    assert first.before is not None
    assert second.before is None
    assert casebook.outcomes(RESTART, limit=1).before is None


def test_counts_hold_one_verdict_for_each_case_and_solution(casebook: Casebook) -> None:
    for verdict in (Verdict.NOT_SOLVED, Verdict.SOLVED):
        casebook.report(a_report(case="SF-1", verdict=verdict), SHOP, at=NOON)
    casebook.report(a_report(case="SF-2"), SHOP, at=NOON)
    casebook.report(a_report(case="SF-3", solution=RESTART), SHOP, at=NOON)
    casebook.report(a_report(case="SF-3"), SHOP, at=NOON)
    casebook.reopen(CaseId("SF-3"), AGENT, at=NOON)
    gone = casebook.report(a_report(case="SF-4", solution=RESTART), SHOP, at=NOON)
    casebook.retract(gone.id, SHOP, at=NOON)

    cable = {Verdict.SOLVED: 2, Verdict.NOT_SOLVED: 1}
    assert casebook.counts() == {CABLE: cable, RESTART: {Verdict.NOT_SOLVED: 1}}


@pytest.mark.parametrize("solution", [CABLE, RESTART])
def test_a_correction_counts_for_its_solution_alone(
    casebook: Casebook, solution: SolutionId
) -> None:
    for n, verdict in enumerate(Verdict):
        for each in (CABLE, RESTART):
            casebook.report(a_report(case=f"SF-{n}", verdict=verdict, solution=each), SHOP, at=NOON)
    said = casebook.report(a_report(case="SF-0", verdict=Verdict.PARTLY), AGENT, at=NOON)
    casebook.correct(said.id, Correction(Verdict.WRONG), AGENT, at=NOON)

    changed = {Verdict.SOLVED: 0, Verdict.WRONG: 2}
    ones = dict.fromkeys(Verdict, 1) | (changed if solution is CABLE else {})
    expected = {verdict: number for verdict, number in ones.items() if number}
    assert casebook.counts()[solution] == expected


def test_an_empty_casebook_counts_nothing(casebook: Casebook) -> None:
    assert casebook.counts() == {}
    assert casebook.outcomes(CABLE, limit=10).outcomes == ()
    assert casebook.weak(since=NOON, least={}, limit=10) == []


def test_two_services_open_one_case_for_one_search(url: str) -> None:
    with closing(Database(url)) as one, closing(Database(url)) as two:
        books = [Casebook(one), Casebook(two)]
        for n in range(10):
            search = a_search()
            books[0].record(search)
            with ThreadPoolExecutor(4) as pool:
                said = [
                    pool.submit(book.report, a_report(search), VISITOR, at=NOON, key=f"{n} {key}")
                    for book in books
                    for key in ("a", "b")
                ]
                outcomes = {each.result() for each in said}

            assert len(outcomes) == 2
            assert len({each.case for each in outcomes}) == 1
