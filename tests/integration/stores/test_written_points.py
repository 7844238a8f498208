"""Points that every store writes, relabels, deletes and gives back."""

from __future__ import annotations

import numpy as np
import pytest

from kb.errors import IndexUnavailable
from kb.index import AllOf, Index, Lookup, Match, Point
from tests.integration.stored import (
    EVERYTHING,
    LOCAL_WARNINGS,
    POINTS,
    QUERY,
    UNKNOWN,
    dense,
    lexical,
)

pytestmark = LOCAL_WARNINGS


def test_vectors_come_back_whole_in_the_asked_order(index: Index) -> None:
    asked = [POINTS[3].id, UNKNOWN, POINTS[1].id]

    found = index.vectors(asked)

    assert [point.id for point in found] == [POINTS[3].id, POINTS[1].id]
    for point, original in zip(found, (POINTS[3], POINTS[1]), strict=True):
        assert dict(point.payload) == dict(original.payload)
        np.testing.assert_allclose(dense(point), dense(original), atol=1e-6)
        np.testing.assert_array_equal(lexical(point).ids, lexical(original).ids)
        np.testing.assert_allclose(lexical(point).weights, lexical(original).weights)


def test_a_relabelled_point_loses_its_old_payload_and_keeps_its_vectors(index: Index) -> None:
    point = POINTS[7].id
    index.relabel({point: {"audience": "internal", "text": "仅供内部"}})

    found = index.vectors([point])[0]
    assert found.payload == {"audience": "internal", "text": "仅供内部"}
    np.testing.assert_allclose(dense(found), dense(POINTS[7]), atol=1e-6)
    public = Lookup(QUERY.dense, QUERY.lexical, AllOf((Match("audience", ("public",)),)), limit=20)
    assert point not in {scored.id for scored in index.ranked(public).dense}


def test_an_unknown_point_cannot_be_relabelled(index: Index) -> None:
    with pytest.raises(IndexUnavailable):
        index.relabel({UNKNOWN: {"audience": "internal"}})


def test_deleted_points_are_gone_and_unknown_ones_no_error(index: Index) -> None:
    gone = [point.id for point in POINTS[:10]]

    index.delete([*gone, UNKNOWN])

    assert index.count(EVERYTHING) == len(POINTS) - 10
    assert index.fetch(gone, EVERYTHING, ()) == {}
    assert not {scored.id for scored in index.ranked(QUERY).dense} & set(gone)


def test_nothing_to_write_read_or_delete_is_no_error(index: Index) -> None:
    index.upsert([])
    index.relabel({})
    index.delete([])

    assert index.vectors([]) == []
    assert index.fetch([], EVERYTHING, ("lang",)) == {}
    assert index.count(EVERYTHING) == len(POINTS)


def test_a_point_written_twice_is_replaced_whole(index: Index) -> None:
    index.upsert([Point(POINTS[0].id, {"lang": "en"})])

    assert index.count(EVERYTHING) == len(POINTS)
    found = index.vectors([POINTS[0].id])[0]
    assert (found.payload, found.dense, found.lexical) == ({"lang": "en"}, None, None)


def test_articles_of_megabytes_are_stored(index: Index) -> None:
    large = [Point(place, {"source": "更新到一半报错。" * 500_000}) for place in range(3)]

    index.upsert(large)

    assert index.fetch([large[2].id], EVERYTHING, ("source",)) == {large[2].id: large[2].payload}
