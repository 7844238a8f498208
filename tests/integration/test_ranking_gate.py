"""Ranking of the project's own articles must not fall below what was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.corpus import searched, written
from evaluation.datasets import own
from evaluation.gate import ARTICLES, QUERIES, measured, read, verdict
from evaluation.measures import Measure, scores
from evaluation.runs import Side, runs
from kb.settings import Settings
from kb.wiring import Parts, open_parts


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return open_parts(Settings(state=tmp_path_factory.mktemp("state")))


def test_ranking_is_no_worse_than_the_baseline(parts: Parts) -> None:
    assert verdict(read(), measured(parts)) == ""


def test_a_ranking_without_its_lexical_side_is_noticed(parts: Parts) -> None:
    queries = own(QUERIES)
    alone = runs(searched(parts, written(ARTICLES), queries))[Side.DENSE]

    assert "fell" in verdict(read(), scores(queries, alone)[Measure.NDCG])


def test_every_query_is_about_a_solution_that_exists() -> None:
    solutions = {article.solution for article in written(ARTICLES)}
    queries = own(QUERIES)

    assert {id_ for query in queries for id_ in query.grades} <= solutions
    assert len({query.id for query in queries}) == len({query.text for query in queries})
    assert all(set(query.grades.values()) <= {1, 2} for query in queries)
    assert Path(QUERIES).read_text("utf-8").endswith("\n")
