from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.casebook.reporting import CORRECTIONS
from kb.cases import (
    CaseId,
    Correction,
    Outcome,
    OutcomeId,
    Report,
    Retraction,
    Search,
    SearchId,
    Source,
    Verdict,
)
from kb.domain import Language, Principal, SolutionId
from kb.errors import (
    BadReport,
    KeyReused,
    NotAllowed,
    UnknownCase,
    UnknownOutcome,
    UnknownSearch,
)
from tests.integration.records import (
    AGENT,
    BANK,
    CABLE,
    NOON,
    PHONE,
    RESTART,
    SHOP,
    VISITOR,
    a_report,
    a_search,
)

LATER = NOON + timedelta(minutes=5)
LATER_STILL = timedelta(hours=1)
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


def test_an_outcome_is_corrected_only_so_often(casebook: Casebook) -> None:
    last = said = casebook.report(a_report(case="SF-7"), SHOP, at=NOON)
    for _ in range(CORRECTIONS):
        last = casebook.correct(last.id, Correction(Verdict.PARTLY), SHOP, at=NOON)

    for each in (said, last):
        with pytest.raises(BadReport, match="20 times"):
            casebook.correct(each.id, Correction(Verdict.SOLVED), SHOP, at=NOON)
    casebook.correct(last.id, Correction(Verdict.WRONG), AGENT, at=NOON)


def test_a_report_of_what_its_search_did_not_show_has_the_resolution_of_now(
    casebook: Casebook,
) -> None:
    search = a_search(scores=(0.9,))
    casebook.record(search)

    shown = casebook.report(a_report(search), VISITOR, at=NOON, resolution="now")
    other = casebook.report(a_report(search, solution=RESTART), VISITOR, at=NOON, resolution="now")

    assert (shown.resolution, other.resolution) == (f"hash of {CABLE}", "now")


def test_a_named_case_goes_before_the_searchs_own(casebook: Casebook) -> None:
    search = a_search(SHOP, case="SF-7")
    casebook.record(search)

    assert casebook.report(a_report(search, case="SF-8"), SHOP, at=NOON).case == "SF-8"


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


def test_a_refused_report_leaves_nothing(casebook: Casebook) -> None:
    search = a_search(SHOP)
    casebook.record(search)

    with pytest.raises(UnknownSearch):
        casebook.report(a_report(search, case="SF-7"), BANK, at=NOON, key="k")

    with pytest.raises(UnknownCase):
        casebook.history(CaseId("SF-7"), BANK)
    assert casebook.report(a_report(case="SF-8"), BANK, at=NOON, key="k").case == "SF-8"


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


def test_a_key_is_used_by_taking_back_once_more_what_was_taken_back(casebook: Casebook) -> None:
    said, other = (casebook.report(a_report(case="SF-7"), SHOP, at=NOON) for _ in range(2))
    taken = casebook.retract(said.id, SHOP, at=NOON)
    assert casebook.retract(said.id, SHOP, at=LATER, key="k1") == taken

    with pytest.raises(KeyReused, match="'k1'"):
        casebook.retract(other.id, SHOP, at=LATER, key="k1")

    assert casebook.retract(said.id, SHOP, at=LATER, key="k1") == taken
    assert casebook.history(said.case, SHOP) == [said, other, taken]


def test_an_unknown_outcome_cannot_be_changed(casebook: Casebook) -> None:
    with pytest.raises(UnknownOutcome, match="no outcome 'o-1'"):
        casebook.retract(OutcomeId("o-1"), AGENT, at=NOON)


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
