"""How much of exact search a generation's graph finds: the gate before it is served."""

from __future__ import annotations

import numpy as np

from kb.domain import Vector
from kb.index import AllOf, Index, Lookup, Match, Sparse

MIN_RECALL = 0.95
"""A generation that finds less is not served: a sound graph finds .99 under this filter, one
without links between filtered points .42 (384 dimensions, 20 % filtered)."""

SAMPLE = 64
"""Vectors that are looked up."""

_NEIGHBOURS = 10
_PUBLIC = AllOf((Match("shelf", ("chunk/public/not-validated", "chunk/public/validated")),))
"""What customers search: see :func:`kb.conditions.visible`."""
_NO_TERMS = Sparse(np.empty(0, np.uint32), np.empty(0, np.float32))


def recall(index: Index) -> float:
    """Share of the exact ten nearest public chunks that the graph finds; 1 without any.

    Over up to 64 of the public chunks themselves, evenly spaced by id. A chunk as near as the
    tenth counts, whichever of equals it is.
    """
    wanted = found = 0
    for vector in _sample(index):
        exact, near = (_scores(index, vector, exact=exact) for exact in (True, False))
        wanted += len(exact)
        found += sum(score >= exact[-1] - 1e-5 for score in near)
    return found / wanted if wanted else 1.0


def _sample(index: Index) -> list[Vector]:
    ids = [point for point, _ in index.scroll(_PUBLIC, ())]
    points = index.vectors(ids[:: -(-len(ids) // SAMPLE) or 1])
    return [point.dense for point in points if point.dense is not None]


def _scores(index: Index, vector: Vector, *, exact: bool) -> list[float]:
    lookup = Lookup(vector, _NO_TERMS, _PUBLIC, limit=_NEIGHBOURS, exact=exact)
    return [scored.score for scored in index.ranked(lookup).dense]
