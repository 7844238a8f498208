"""What the agent's page tells of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kb.cases import (
    CaseId,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Retraction,
    Search,
    SearchId,
    Source,
    Verdict,
)
from kb.domain import ANYWHERE, Language, SolutionId, Visibility
from search_api.casework import Casework
from search_api.views.agent import choices, title
from search_api.views.desk import Desk
from search_api.views.history import SHOWN_CHARACTERS, lines
from search_api.ways import Way
from search_api.wording import words

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CASE, CABLE = CaseId("CRM-7"), SolutionId("cable")
YOU, SHOP, VISITOR = "key:you", "key:shop", "anonymous:4f2a9c77"


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


def said(id_: str, verdict: Verdict, at: int, *, by: str = YOU, corrects: str = "") -> Outcome:
    source = Source.CUSTOMER if by == SHOP else Source.AGENT
    wrong = OutcomeId(corrects) if corrects else None
    return Outcome(OutcomeId(id_), minutes(at), CASE, CABLE, verdict, by, source, corrects=wrong)


def asked(symptom: str | None, at: int, by: str = VISITOR) -> Search:
    id_ = SearchId(f"{at}")
    return Search(
        id_, minutes(at), by, symptom, ANYWHERE, Language.ZH, "g1", "", matched=True, shown=()
    )


def desk(lang: Language, *history: Entry, searches: tuple[Search, ...] = ()) -> Desk:
    nothing = Visibility(frozenset(), frozenset())
    return Desk(YOU, lang, words(lang), nothing, Casework(CASE, history, searches), Way())


TITLES = {CABLE: "换一根数据线"}


@pytest.mark.parametrize(
    ("lang", "mark"),
    [
        (Language.ZH, "问题又出现了，现在算没解决"),
        (Language.EN, "It came back: counts as not solved now"),
    ],
)
def test_what_a_reopening_undid_no_longer_reads_as_solved(lang: Language, mark: str) -> None:
    history = (
        said("1", Verdict.PARTLY, 1),
        said("2", Verdict.SOLVED, 2, corrects="1"),
        Reopening(minutes(3), CASE, YOU),
        said("3", Verdict.NOT_SOLVED, 4),
        said("4", Verdict.SOLVED, 5),
        Retraction(minutes(6), CASE, OutcomeId("4"), YOU),
    )

    shown = lines(desk(lang, *history), TITLES)

    agent = words(lang)["agent"]
    marks = [agent["was-corrected"], mark, "", "", agent["was-retracted"], ""]
    assert [each.mark for each in shown] == marks
    assert [each.outcome for each in shown] == ["", "2", "", "3", "", ""]
    assert [each.press for each in shown] == ["partly", "solved", "", "not_solved", "solved", ""]


@pytest.mark.parametrize(
    ("lang", "told", "erased"),
    [
        (Language.ZH, "查找了“更新 4013”", "查找过（内容已删除）"),
        (Language.EN, "Searched for “更新 4013”", "Searched (text deleted)"),
    ],
)
def test_what_was_searched_stands_in_the_history_where_it_happened(
    lang: Language, told: str, erased: str
) -> None:
    searches = (asked("更新 4013", 0), asked(None, 2, YOU), asked("更新 4013", 3))

    shown = lines(desk(lang, said("1", Verdict.PARTLY, 1), searches=searches), TITLES)

    assert [each.text for each in shown] == [told, "换一根数据线", erased]
    assert [each.again for each in shown] == ["更新 4013", "", ""]
    assert shown[0].who.endswith("4f2a9c")


def test_a_long_symptom_is_cut_and_searched_whole() -> None:
    long = "更" * (SHOWN_CHARACTERS + 1)

    (line,) = lines(desk(Language.ZH, searches=(asked(long, 0),)), {})

    assert line.text == f"查找了“{long[:-1]}…”"
    assert line.again == long


@pytest.mark.parametrize(
    ("lang", "who"),
    [
        (Language.ZH, ["接入方 shop", "接入方 shop", "接入方 bank", "密钥 other", "你"]),
        (
            Language.EN,
            ["Integration shop", "Integration shop", "Integration bank", "Key other", "You"],
        ),
    ],
)
def test_who_searched_is_known_by_whose_case_it_was_or_what_they_said(
    lang: Language, who: list[str]
) -> None:
    history = (said("1", Verdict.PARTLY, 1, by=SHOP),)
    of_bank = replace(asked("b", 3, "key:bank"), case=CaseId("CRM-7@key:bank"))
    searches = (asked("a", 2, SHOP), of_bank, asked("c", 4, "key:other"), asked("d", 5, YOU))

    shown = lines(desk(lang, *history, searches=searches), TITLES)

    assert [each.who for each in shown] == who


def test_who_takes_back_or_reopens_is_one_of_us() -> None:
    history = (
        said("1", Verdict.PARTLY, 1, by=SHOP),
        Retraction(minutes(2), CASE, OutcomeId("1"), "key:chief"),
        Reopening(minutes(3), CASE, "key:chief"),
    )

    shown = lines(desk(Language.ZH, *history), TITLES)

    assert [each.who for each in shown] == ["接入方 shop", "客服 chief", "客服 chief"]


@pytest.mark.parametrize(
    ("lang", "found", "expected"),
    [
        (Language.ZH, None, "工单 CRM-7 · 客服台"),
        (Language.ZH, 0, "没有找到合适的办法 · 工单 CRM-7 · 客服台"),
        (Language.EN, 3, "What to try · Case CRM-7 · Agent desk"),
    ],
)
def test_the_title_tells_what_the_page_shows_and_of_which_case(
    lang: Language, found: int | None, expected: str
) -> None:
    there = desk(lang)

    assert title(there, found) == expected
    assert title(replace(there, case=Casework()), None) == words(lang)["agent"]["title"]


def test_of_several_cases_of_a_number_each_has_its_address() -> None:
    both = ("CRM-7@key:bank", "CRM-7@key:shop")
    there = replace(desk(Language.ZH), case=Casework(CASE, choices=both))

    offered = choices(there, "0b8f")

    assert [each.number for each in offered] == list(both)
    assert offered[0].url == "/agent?s=0b8f&case=CRM-7%40key%3Abank"
    assert choices(there, "")[1].url == "/agent?case=CRM-7%40key%3Ashop"
