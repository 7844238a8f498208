from __future__ import annotations

import pytest

from evaluation.datasets import JudgedQuery
from evaluation.measures import Measure, mean, scores

QUERIES = [
    JudgedQuery("q1", "打印机脱机", {"printer": 2, "cable": 1}),
    JudgedQuery("q2", "the screen is black", {"screen": 1}),
]


def test_measures_are_the_fields_own() -> None:
    found = scores(QUERIES, {"q1": ["other", "printer", "cable"], "q2": ["screen"]})

    assert found[Measure.NDCG]["q1"] == pytest.approx(
        (2 / 1.58496 + 1 / 2) / (2 + 1 / 1.58496), 1e-4
    )
    assert found[Measure.MRR] == {"q1": 0.5, "q2": 1.0}
    assert found[Measure.RECALL] == {"q1": 1.0, "q2": 1.0}
    assert found[Measure.SUCCESS] == {"q1": 0.0, "q2": 1.0}
    assert found[Measure.SUCCESS_3] == {"q1": 1.0, "q2": 1.0}


@pytest.mark.parametrize("run", [{}, {"q1": [], "q2": []}])
def test_an_unanswered_query_scores_nothing_and_never_vanishes(run: dict[str, list[str]]) -> None:
    found = scores(QUERIES, run)

    assert all(values == {"q1": 0.0, "q2": 0.0} for values in found.values())
    assert found.keys() == set(Measure)


def test_what_comes_after_the_tenth_counts_for_nothing() -> None:
    late = [f"other-{number}" for number in range(10)] + ["screen"]

    found = scores(QUERIES, {"q2": late})

    assert {measure: values["q2"] for measure, values in found.items()} == dict.fromkeys(Measure, 0)


def test_a_success_at_three_needs_no_first_place_but_one_of_three() -> None:
    ranking = {"q1": ["other", "another", "cable"], "q2": ["one", "two", "three", "screen"]}

    assert scores(QUERIES, ranking)[Measure.SUCCESS_3] == {"q1": 1.0, "q2": 0.0}


def test_the_first_of_a_ranking_is_its_best() -> None:
    found = scores(QUERIES, {"q1": ["printer", "cable"]})

    assert found[Measure.NDCG]["q1"] == 1.0


def test_the_mean_counts_every_query() -> None:
    assert mean({"q1": 0.5, "q2": 0.0}) == 0.25
    assert mean({}) == 0.0
