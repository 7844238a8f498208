from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.support.grouping import answered, unanswered
from evaluation.support.queries import Split, Style, SupportQuery, Tongue, development
from evaluation.support.split import HALVES, Shared, deal, dealt, rewritten, shared
from kb.errors import KbError
from tests.judged import LIBRARY, asked, put

ASKED = [
    asked(
        f"{lang}-{number}",
        grades={f"solution-{number // 2}": 2},
        lang=lang,
    )
    for lang in (Tongue.ZH, Tongue.EN)
    for number in range(24)
]


def grouped(queries: list[SupportQuery]) -> list[set[str]]:
    return [{query.id for query in group} for group in answered(queries).groups]


def test_queries_that_one_solution_solves_stay_together() -> None:
    queries = [
        asked("q1", "打印机脱机", {"printer": 2}),
        asked("q2", "my printer is offline", {"printer": 2, "cable": 2}, lang=Tongue.EN),
        asked("q3", "换哪根线", {"cable": 2}),
        asked("q4", "屏幕全黑", {"screen": 2, "cable": 1}),
    ]

    others = [asked(f"other-{number}", grades={f"other-{number}": 2}) for number in range(8)]

    assert {"q1", "q2", "q3"} in grouped([*queries, *others])
    assert {"q4"} in grouped([*queries, *others])


def test_a_query_that_nothing_solves_goes_with_what_helps() -> None:
    queries = [
        asked("q1", grades={"printer": 2}),
        asked("q2", grades={"cable": 1, "printer": 1}),
        asked("q3", grades={"screen": 1}),
    ]

    assert {frozenset(group) for group in grouped(queries)} == {
        frozenset({"q1", "q2"}),
        frozenset({"q3"}),
    }


def test_too_large_a_group_loses_its_bridges_to_development() -> None:
    chain = [asked(f"bridge-{at}", grades={f"s{at}": 2, f"s{at + 1}": 2}) for at in range(9)]
    ends = [asked(f"end-{at}", grades={f"s{at}": 2}) for at in range(10)]

    found = answered([*chain, *ends])

    assert max(map(len, found.groups)) <= 0.25 * 19
    assert {query.id for query in found.bridges} < {query.id for query in chain}
    halves = dealt([*chain, *ends])
    assert all(halves[query.id] is Split.DEV for query in found.bridges)
    assert set(halves.values()) == {Split.DEV, Split.TEST}
    assert 0 < shared([*chain, *ends], halves).solving <= 2 * len(found.bridges)


def test_one_solution_of_everybody_stays_whole() -> None:
    same = [asked(f"q{number}", grades={"printer": 2}) for number in range(6)]

    assert len(set(dealt(same).values())) == 1


def test_no_solution_is_learnt_from_and_tested_on() -> None:
    halves = dealt(ASKED)

    assert set(halves.values()) == {Split.DEV, Split.TEST}
    assert shared(ASKED, halves) == Shared(solving=0, helping=0)


def test_halves_share_what_solves_in_both_and_what_only_helps_in_development() -> None:
    queries = [
        asked("known", grades={"printer": 2, "cable": 1}, split=Split.DEV),
        asked("helped", grades={"screen": 1}, split=Split.DEV),
        asked("solved-too", grades={"printer": 2}, split=Split.TEST),
        asked("both", grades={"printer": 2, "cable": 2}, split=Split.TEST),
        asked("other", grades={"screen": 2}, split=Split.TEST),
        asked("only-helped", grades={"printer": 1}, split=Split.TEST),
    ]

    found = shared(queries, {query.id: query.split for query in queries})

    assert found == Shared(solving=2, helping=2)


def test_languages_and_styles_balance() -> None:
    styled = [
        replace(query, style=Style.TYPO if at % 4 < 2 else Style.PLAIN)
        for at, query in enumerate(ASKED)
    ]

    halves = dealt(styled)

    assert Counter((each.lang, halves[each.id]) for each in styled) == {
        (lang, half): 12 for lang in (Tongue.ZH, Tongue.EN) for half in HALVES
    }
    assert Counter((each.style, halves[each.id]) for each in styled) == {
        (style, half): 12 for style in (Style.PLAIN, Style.TYPO) for half in HALVES
    }


def test_the_same_queries_are_dealt_alike_in_any_order() -> None:
    assert dealt(ASKED) == dealt(ASKED[::-1])


def test_queries_without_an_answer_are_dealt_by_whole_areas() -> None:
    queries = [
        replace(asked(f"{area}-{number}"), area=area)
        for area in ("account", "setup", "apps", "data")
        for number in range(3)
    ]

    halves = dealt(queries)

    assert Counter(halves.values()) == {Split.DEV: 6, Split.TEST: 6}
    assert len({(query.area, halves[query.id]) for query in queries}) == 4


def test_queries_about_something_else_are_dealt_by_intent() -> None:
    queries = [
        replace(asked(f"q{number}"), area="none", intent=f"intent {number // 2}")
        for number in range(12)
    ]

    assert sorted(map(len, unanswered(queries))) == [2] * 6
    assert Counter(dealt(queries).values()) == {Split.DEV: 6, Split.TEST: 6}


@pytest.mark.parametrize("kept", [Split.DEV, Split.TEST])
def test_a_query_keeps_its_half_and_its_group_follows(kept: Split) -> None:
    queries = [
        asked("new", grades={"printer": 2}),
        asked("old", grades={"printer": 2}, split=kept),
        asked("lonely", grades={"cable": 2}),
    ]

    halves = dealt(queries)

    assert halves["new"] is halves["old"] is kept
    assert halves["lonely"] is not kept


def test_what_joins_two_halves_is_for_development() -> None:
    queries = [
        asked("in-dev", grades={"printer": 2}, split=Split.DEV),
        asked("in-test", grades={"cable": 2}, split=Split.TEST),
        asked("joins", grades={"printer": 2, "cable": 2}),
    ]

    assert dealt(queries) == {
        "in-dev": Split.DEV,
        "in-test": Split.TEST,
        "joins": Split.DEV,
    }


def test_a_line_keeps_all_but_its_half() -> None:
    line = {"id": "q1", "text": "打印机脱机", "source": ["made up"], "split": ""}

    text = rewritten({"q1": line}, {"q1": Split.TEST})

    assert text.endswith("}\n")
    assert "打印机脱机" in text
    assert json.loads(text) == {**line, "split": "test"}


@pytest.mark.parametrize("sign", ["\u2028", "\u0085"])
def test_new_queries_are_dealt_in_their_file(tmp_path: Path, sign: str) -> None:
    queries = [
        asked("q1", f"打印机脱机了{sign}怎么办", {"printer": 2}),
        asked("q2", "my screen is black", {"screen": 2, "cable": 1}, lang=Tongue.EN),
    ]

    told = deal(LIBRARY, put(tmp_path, queries))

    first = (tmp_path / "queries.jsonl").read_text("utf-8")
    assert len(development(LIBRARY, tmp_path)) == 1
    assert "test zh with an answer: 1" in told or "test en with an answer: 1" in told
    assert "of test, 0 are solved by what solves one of development, 0 by what helps" in told
    assert f"打印机脱机了{sign}怎么办" in first
    deal(LIBRARY, tmp_path)
    assert (tmp_path / "queries.jsonl").read_text("utf-8") == first
    assert {file.name for file in tmp_path.iterdir()} == {"queries.jsonl", "qrels.tsv", "looks.tsv"}


def test_queries_that_do_not_hold_are_not_dealt(tmp_path: Path) -> None:
    put(tmp_path, [asked("q1", grades={"no-such-article": 2})])
    before = (tmp_path / "queries.jsonl").read_bytes()

    with pytest.raises(KbError, match="no article of 'no-such-article'"):
        deal(LIBRARY, tmp_path)

    assert (tmp_path / "queries.jsonl").read_bytes() == before
