from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluation import corpus
from evaluation.datasets import Document, JudgedQuery
from evaluation.gate import OTHERS, Baseline, read, selected, verdict, write
from kb.domain import Article, Language
from kb.errors import KbError

REACHED = {f"zh/solution/{number}": 1.0 - 0.01 * (number % 7) for number in range(40)}


def baseline(ndcg: Mapping[str, float] = REACHED) -> Baseline:
    return Baseline("the first", "abc1234", "fingerprint", ndcg)


def test_the_same_ranking_and_a_better_one_pass() -> None:
    better = {id_: min(1.0, value + 0.02) for id_, value in REACHED.items()}

    assert verdict(baseline(), REACHED) == ""
    assert verdict(baseline(), better) == ""


def test_a_fall_that_chance_explains_is_excused() -> None:
    fallen = {**REACHED, "zh/solution/0": 0.63, "zh/solution/1": 1.0, "zh/solution/2": 1.0}

    assert verdict(baseline(), fallen) == ""


@pytest.mark.parametrize("lost", [1, 2, 5])
def test_a_few_answers_that_are_lost_are_no_chance(lost: int) -> None:
    fallen = REACHED | {f"zh/solution/{number}": 0.0 for number in range(lost)}

    assert "fell" in verdict(baseline(), fallen)


def test_many_small_losses_are_no_chance() -> None:
    fallen = {id_: value - 0.015 for id_, value in REACHED.items()}

    assert "p = 0.0001" in verdict(baseline(), fallen)


def test_a_fall_that_chance_does_not_explain_is_named() -> None:
    fallen = {id_: value - (0.4 if id_.endswith("0") else 0.1) for id_, value in REACHED.items()}

    wrong = verdict(baseline(), fallen)

    assert "nDCG@10 fell from 0.971" in wrong
    assert "zh/solution/0 -0.40" in wrong


def test_other_queries_are_no_measure() -> None:
    assert "'zh/solution/0'" in verdict(baseline(), dict(list(REACHED.items())[1:]))


def test_a_baseline_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"

    write(baseline(), path)

    assert read(path) == baseline()
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
