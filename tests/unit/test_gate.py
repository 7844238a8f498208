from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation import corpus
from evaluation.baseline import Baseline, Reached, read, told, verdict, write
from evaluation.datasets import Document, JudgedQuery
from evaluation.gate import OTHERS, digest_of_ids, digest_of_queries, selected
from kb.domain import Article, Language
from kb.errors import KbError

REACHED = {f"zh/solution/{number}": 1.0 - 0.01 * (number % 7) for number in range(40)}


FALLEN = {id_: value - 0.4 for id_, value in REACHED.items()}
BASELINE = Baseline("the first", "abc1234", Reached("queries", "articles", "fingerprint", REACHED))


def now(ndcg: Mapping[str, float]) -> Reached:
    return replace(BASELINE.reached, ndcg=ndcg)


def test_the_same_ranking_and_a_better_one_pass() -> None:
    better = {id_: min(1.0, value + 0.02) for id_, value in REACHED.items()}

    assert verdict(BASELINE, now(REACHED)) == ""
    assert verdict(BASELINE, now(better)) == ""


def test_a_fall_that_chance_explains_is_excused() -> None:
    fallen = {**REACHED, "zh/solution/0": 0.63, "zh/solution/1": 1.0, "zh/solution/2": 1.0}

    assert verdict(BASELINE, now(fallen)) == ""


@pytest.mark.parametrize("lost", [1, 2, 5])
def test_a_few_answers_that_are_lost_are_no_chance(lost: int) -> None:
    fallen = REACHED | {f"zh/solution/{number}": 0.0 for number in range(lost)}

    assert "fell" in verdict(BASELINE, now(fallen))


def test_many_small_losses_are_no_chance() -> None:
    fallen = {id_: value - 0.015 for id_, value in REACHED.items()}

    assert "p = 0.0001" in verdict(BASELINE, now(fallen))


def test_a_fall_that_chance_does_not_explain_is_named() -> None:
    fallen = {id_: value - (0.4 if id_.endswith("0") else 0.1) for id_, value in REACHED.items()}

    wrong = verdict(BASELINE, now(fallen))

    assert "nDCG@10 fell from 0.971" in wrong
    assert "zh/solution/0 -0.40" in wrong


def test_other_queries_are_no_measure() -> None:
    assert "'zh/solution/0'" in verdict(BASELINE, now(dict(list(REACHED.items())[1:])))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(now(FALLEN), queries="others"), "queries with other texts or grades"),
        (replace(now(REACHED), articles="others"), "other articles than the baseline's"),
    ],
)
def test_what_was_measured_on_something_else_is_not_compared(other: Reached, said: str) -> None:
    wrong = verdict(BASELINE, other)

    assert said in wrong
    assert "record the baseline anew" in wrong
    assert "fell" not in wrong


def test_another_encoder_is_compared_and_named() -> None:
    other = replace(now(FALLEN), encoder="another")

    assert "fell" in verdict(BASELINE, other)
    assert "another encoder reached (fingerprint, now it is another)" in verdict(BASELINE, other)
    assert verdict(BASELINE, replace(now(REACHED), encoder="another")) == ""
    assert told(BASELINE, now(REACHED)) == "the baseline"


@pytest.mark.parametrize(
    "changed",
    [
        JudgedQuery("q1", "打印机脱机了", {"printer": 2}),
        JudgedQuery("q1", "打印机脱机", {"printer": 1}),
        JudgedQuery("q1", "打印机脱机", {"printer": 2, "cable": 1}),
    ],
)
def test_queries_are_others_when_a_text_or_a_grade_changed(changed: JudgedQuery) -> None:
    first = JudgedQuery("q1", "打印机脱机", {"printer": 2})
    second = JudgedQuery("q2", "the screen is black", {"screen": 2, "cable": 1})

    assert digest_of_queries([first, second]) == digest_of_queries([second, first])
    assert digest_of_queries([first, second]) != digest_of_queries([changed, second])


def test_articles_are_others_when_one_came_or_went_and_not_when_one_was_edited() -> None:
    first, second = article("printer"), article("screen", Language.EN)
    edited = replace(first, title="打印机一直显示脱机")

    assert digest_of_ids([first, second]) == digest_of_ids([second, edited])
    assert digest_of_ids([first, second]) != digest_of_ids([first])
    assert digest_of_ids([first]) != digest_of_ids([article("printer", Language.EN)])


def test_a_baseline_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"

    write(BASELINE, path)

    assert read(path) == BASELINE
    path.write_text("{}", "utf-8")
    with pytest.raises(KbError, match=r"no baseline in .*baseline\.json"):
        read(path)


def test_the_gate_looks_at_what_its_queries_grade_and_at_forty_others() -> None:
    library = [
        article(name, lang)
        for lang in Language
        for name in ("printer", "screen", *(f"other/{number}" for number in range(60)))
    ]
    queries = [
        JudgedQuery("q1", "打印机脱机", {"printer": 2}),
        JudgedQuery("q2", "the screen is black", {"screen": 1}),
    ]

    found = selected(library, queries)

    solutions = {each.solution for each in found}
    assert {"printer", "screen"} < solutions
    assert len(solutions) == 2 + OTHERS
    assert found == [each for each in library if each.solution in solutions]


def test_a_new_article_takes_at_most_one_place_of_the_forty() -> None:
    library = [article(f"other/{number}", Language.ZH) for number in range(60)]
    before = {each.solution for each in selected(library, [])}

    for number in range(60, 80):
        after = {each.solution for each in selected([article(f"other/{number}"), *library], [])}
        assert len(before - after) <= 1


def article(solution: str, lang: Language = Language.ZH) -> Article:
    return corpus.article(Document(solution, "标题", "正文"), lang)
