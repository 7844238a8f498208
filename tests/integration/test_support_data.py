"""The judged queries in the repository, held against the articles of now."""

from __future__ import annotations

import pytest

from evaluation.corpus import written
from evaluation.gate import ARTICLES
from evaluation.support.overlap import COPIED, copied, overlaps, phrases
from evaluation.support.queries import (
    FOLDER,
    QUERIES,
    Split,
    SupportQuery,
    Tongue,
    both_halves,
    half,
)
from evaluation.weakness import percentile
from kb.domain import Article

pytestmark = pytest.mark.skipif(
    not (FOLDER / QUERIES).exists(), reason="no judged queries are there yet"
)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return written(ARTICLES)


@pytest.fixture(scope="module")
def queries(articles: list[Article]) -> list[SupportQuery]:
    return both_halves({article.solution for article in articles})


def test_every_query_is_in_a_half(queries: list[SupportQuery]) -> None:
    assert half(Split.DEV, queries)
    assert half(Split.TEST, queries)


def test_no_solution_of_one_query_is_learnt_from_and_tested_on(
    queries: list[SupportQuery],
) -> None:
    alone = [query for query in queries if len(query.solutions) == 1]
    solved = {
        split: {id_ for query in half(split, alone) for id_ in query.solutions}
        for split in (Split.DEV, Split.TEST)
    }

    assert not solved[Split.DEV] & solved[Split.TEST]


def test_no_query_is_a_phrase_of_an_article(
    queries: list[SupportQuery], articles: list[Article]
) -> None:
    known = {english: phrases(articles, english=english) for english in (True, False)}

    same = [each.id for each in queries if copied(each.text, known[each.lang is Tongue.EN])]

    assert not same


def test_queries_are_told_in_other_words_than_articles(
    queries: list[SupportQuery], articles: list[Article]
) -> None:
    for lang, found in overlaps(queries, articles).items():
        assert percentile([each.grams for each in found], 0.95) <= COPIED, lang
