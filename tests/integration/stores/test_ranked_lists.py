"""The two ranked lists of every store."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest

from kb.index import AllOf, Index, Lookup, Match, Sparse
from tests.integration.stored import (
    COUNT,
    EVERYTHING,
    LOCAL_WARNINGS,
    NO_TERMS,
    POINTS,
    QUERY,
    dense,
    lexical,
    ordered,
)

pytestmark = LOCAL_WARNINGS


def test_both_lists_are_those_of_plain_arithmetic(index: Index) -> None:
    chunks = POINTS[:COUNT]
    cosines = {point.id: float(np.dot(dense(point), QUERY.dense)) for point in chunks}
    products = {point.id: _product(lexical(point), QUERY.lexical) for point in chunks}

    ranked = index.ranked(QUERY)

    assert ordered(ranked.dense) == _best(cosines, 20)
    assert ordered(ranked.lexical) == _best(products, 20)
    assert [scored.score for scored in ranked.dense] == pytest.approx(
        sorted(cosines.values(), reverse=True)[:20], abs=1e-5
    )
    assert all(scored.score == pytest.approx(products[scored.id]) for scored in ranked.lexical)


def _product(one: Sparse, other: Sparse) -> float:
    weights = dict(zip(one.ids.tolist(), one.weights.tolist(), strict=True))
    pairs = zip(other.ids.tolist(), other.weights.tolist(), strict=True)
    return float(sum(weights.get(term, 0.0) * weight for term, weight in pairs))


def _best(scores: dict[int, float], limit: int) -> list[int]:
    found = [point for point in scores if scores[point] > 0]
    return sorted(found, key=lambda point: (-scores[point], point))[:limit]


def test_ranked_returns_points_that_pass_the_filter(index: Index) -> None:
    where = AllOf((Match("audience", ("public",)), Match("lang", ("zh",))))
    lookup = Lookup(QUERY.dense, QUERY.lexical, where, limit=7)

    ranked = index.ranked(lookup)

    assert len(ranked.dense) == len(ranked.lexical) == 7
    known = {point.id: point.payload for point in POINTS}
    for scored in (*ranked.dense, *ranked.lexical):
        assert (known[scored.id]["audience"], known[scored.id]["lang"]) == ("public", "zh")


def test_a_query_without_terms_has_no_lexical_list(index: Index) -> None:
    ranked = index.ranked(Lookup(QUERY.dense, NO_TERMS, EVERYTHING, limit=5))

    assert len(ranked.dense) == 5
    assert ranked.lexical == []


def test_terms_without_weight_match_nothing(index: Index) -> None:
    weightless = Sparse(QUERY.lexical.ids, np.zeros_like(QUERY.lexical.weights))

    assert index.ranked(Lookup(QUERY.dense, weightless, EVERYTHING, limit=5)).lexical == []


def test_a_point_without_vectors_is_stored_but_never_ranked(index: Index) -> None:
    record = POINTS[-1].id
    all_of_them = Lookup(QUERY.dense, QUERY.lexical, EVERYTHING, limit=COUNT + 1, exact=True)

    ranked = index.ranked(all_of_them)

    assert len(ranked.dense) == COUNT
    assert record not in {scored.id for scored in (*ranked.dense, *ranked.lexical)}
    assert index.fetch([record], EVERYTHING, ("record",)) == {record: {"record": "article"}}
    assert [(point.dense, point.lexical) for point in index.vectors([record])] == [(None, None)]


def test_several_threads_read_at_once(index: Index) -> None:
    expected = ordered(index.ranked(QUERY).dense)
    found: list[list[int]] = []

    def read() -> None:
        found.extend(ordered(index.ranked(QUERY).dense) for _ in range(10))

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 40
