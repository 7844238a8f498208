"""Points in batches that every store takes at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from kb.index import Point

MAX_POINTS = 256
"""A batch of so many chunks takes the embedded engine about 45 ms."""

MAX_BYTES = 8 * 2**20
"""Of payload as JSON: a server refuses requests over 32 MB by default, vectors included."""


def batches(points: Sequence[Point]) -> Iterator[list[Point]]:
    """The points in order, in batches within both limits; one point over them is a batch alone."""
    batch: list[Point] = []
    size = 0
    for point in points:
        own = len(json.dumps(dict(point.payload)))
        if batch and (len(batch) == MAX_POINTS or size + own > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(point)
        size += own
    if batch:
        yield batch
