"""Durations as the quantiles that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TypeVar

import numpy as np

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one thing done many times."""

    count: int
    p50: float
    p95: float
    p99: float


def timing(milliseconds: Sequence[float]) -> Timing:
    """The quantiles of at least one duration, between neighbours by linear interpolation."""
    p50, p95, p99 = np.percentile(milliseconds, (50, 95, 99)).tolist()
    return Timing(len(milliseconds), p50, p95, p99)


def taken(work: Callable[[], _T]) -> tuple[float, _T]:
    """Milliseconds that a call took, and what it gave."""
    start = perf_counter()
    given = work()
    return (perf_counter() - start) * 1000, given


def alternating(
    works: Sequence[Callable[[str], object]], texts: Iterable[str]
) -> list[list[float]]:
    """Milliseconds of each work for each text, in turns: what disturbs one disturbs the others.

    Every work is the first as often as any other: who comes later finds the text in the caches.
    """
    laps: list[list[float]] = [[] for _ in works]
    for number, text in enumerate(texts):
        for turn in range(len(works)):
            place = (number + turn) % len(works)
            laps[place].append(taken(partial(works[place], text))[0])
    return laps
