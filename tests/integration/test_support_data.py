"""The judged queries in the repository, held against the articles of now."""

from __future__ import annotations

import pytest

from evaluation.corpus import written
from evaluation.gate import ARTICLES
from evaluation.support.overlap import COPIED, copied, overlaps, phrases
from evaluation.support.queries import Split, SupportQuery, Tongue, both_halves, half
from evaluation.support.split import shared
from evaluation.weakness import percentile
from kb.domain import Article


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return written(ARTICLES)


@pytest.fixture(scope="module")
def queries(articles: list[Article]) -> list[SupportQuery]:
    return both_halves({article.solution for article in articles})


def test_every_query_is_in_a_half(queries: list[SupportQuery]) -> None:
    assert half(Split.DEV, queries)
    assert half(Split.TEST, queries)


def test_what_solves_a_query_of_one_half_solves_none_of_the_other(
    queries: list[SupportQuery],
) -> None:
    assert shared(queries, {query.id: query.split for query in queries}).solving == 0


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
