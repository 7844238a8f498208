from __future__ import annotations

import math

import numpy as np
import pytest

from kb import statistics
from kb.statistics import Ids


def ids(*values: int) -> Ids:
    return np.array(values, dtype=np.uint32)


def test_counts_follow_chunks_that_come_and_go() -> None:
    before = statistics.empty(average_length=30.0, basis=0)

    full = statistics.updated(before, added=[ids(1, 5), ids(5, 9)], removed=[])
    after = statistics.updated(full, added=[], removed=[ids(1, 5)])

    assert (full.ids.tolist(), full.frequencies.tolist()) == ([1, 5, 9], [1, 2, 1])
    assert (after.ids.tolist(), after.frequencies.tolist()) == ([5, 9], [1, 1])
    assert (after.chunks, after.average_length) == (1, 30.0)


def test_idf_is_lucenes_and_unseen_terms_weigh_most() -> None:
    known = statistics.updated(
        statistics.empty(average_length=1.0, basis=0),
        added=[ids(1), ids(1, 2), ids(1)],
        removed=[],
    )

    frequent, rare, unseen = known.idf(ids(1, 2, 3)).tolist()

    assert frequent == pytest.approx(math.log(1 + 0.5 / 3.5), rel=1e-6)
    assert rare == pytest.approx(math.log(1 + 2.5 / 1.5), rel=1e-6)
    assert unseen > rare > frequent > 0


def test_an_empty_generation_knows_no_term() -> None:
    empty = statistics.empty(average_length=1.0, basis=0)

    assert empty.idf(ids(7)).tolist() == [pytest.approx(math.log(1 + 1.5 / 0.5))]
    assert empty.idf(ids()).tolist() == []


def test_statistics_survive_being_stored() -> None:
    known = statistics.updated(
        statistics.empty(average_length=12.5, basis=2), added=[ids(3, 4_294_967_295)], removed=[]
    )

    again = statistics.from_bytes(statistics.to_bytes(known))

    assert (again.chunks, again.average_length, again.basis) == (1, 12.5, 2)
    assert again.ids.tolist() == known.ids.tolist()
    assert again.frequencies.tolist() == known.frequencies.tolist()
