"""Ranking of the project's own articles must not fall below what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluation.baseline import Reached, read, verdict
from evaluation.corpus import written
from evaluation.datasets import own
from evaluation.gate import ARTICLES, OTHERS, QUERIES, reached, selected, traced
from evaluation.runs import Side
from kb.domain import Article
from kb.settings import Settings
from kb.wiring import open_parts


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return written(ARTICLES)


@pytest.fixture(scope="module")
def now(
    articles: list[Article], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Side, Reached]:
    parts = open_parts(Settings(state=tmp_path_factory.mktemp("state")))
    found = traced(parts, articles)
    encoder = parts.encoder.fingerprint
    return {side: reached(found, articles, encoder, side=side) for side in Side}


def test_ranking_is_no_worse_than_the_baseline(now: Mapping[Side, Reached]) -> None:
    assert verdict(read(), now[Side.FUSED]) == ""


def test_a_ranking_without_its_lexical_side_is_noticed(now: Mapping[Side, Reached]) -> None:
    assert "fell" in verdict(read(), now[Side.DENSE])


def test_every_query_is_about_a_solution_that_exists(articles: list[Article]) -> None:
    queries = own(QUERIES)
    graded = {id_ for query in queries for id_ in query.grades}
    chosen = {article.solution for article in selected(articles, queries)}

    assert graded <= chosen
    assert len(chosen - graded) <= OTHERS
    assert len({query.id for query in queries}) == len({query.text for query in queries})
    assert all(set(query.grades.values()) <= {1, 2} for query in queries)
    assert Path(QUERIES).read_text("utf-8").endswith("\n")
