"""Whether one ranking is better than another on the same queries (door of scipy)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, permutation_test

from evaluation.measures import Scores

RESAMPLES = 10_000
"""Of each test: a p-value is sure to about ±.006 at .05."""
_BATCH = 200
"""Resamples at a time: bounds memory."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rankings by one measure, over the queries that both judge."""

    queries: int
    before: float
    """Mean of the first, in [0, 1]."""
    after: float
    """Mean of the second."""
    low: float
    """The difference of the means lies above this …"""
    high: float
    """… and below this with 95 % confidence."""
    p: float
    """Chance of a difference at least as large, either way, if both were alike; in (0, 1]."""
    p_worse: float
    """Chance of a fall at least as large if both were alike; in (0, 1]."""
    changes: Mapping[str, float]
    """After less before, for each query where they differ, largest loss first."""

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def wins(self) -> int:
        """Queries that the second ranks better."""
        return sum(change > 0 for change in self.changes.values())

    @property
    def losses(self) -> int:
        """Queries that the second ranks worse."""
        return len(self.changes) - self.wins


def compared(before: Scores, after: Scores, *, seed: int = 1) -> Comparison:
    """Compare by query; raises ``ValueError`` where no query is judged by both.

    The paired randomisation test swaps a query's two scores at random (Smucker, Allan & Carterette
    2007); the interval is the percentile bootstrap over queries (Sakai 2006).
    """
    queries = sorted(before.keys() & after.keys())
    if not queries:
        raise ValueError("no query is judged by both")
    first, second = (np.array([side[id_] for id_ in queries]) for side in (before, after))
    change = second - first
    low, high = _interval(change, np.random.default_rng(seed))
    moved = {id_: float(by) for id_, by in zip(queries, change, strict=True) if by}
    return Comparison(
        queries=len(queries),
        before=float(first.mean()),
        after=float(second.mean()),
        low=low,
        high=high,
        p=_p(first, second, np.random.default_rng(seed), "two-sided"),
        p_worse=_p(first, second, np.random.default_rng(seed), "less"),
        changes=dict(sorted(moved.items(), key=lambda item: (item[1], item[0]))),
    )


def _p(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    chance: np.random.Generator,
    alternative: Literal["two-sided", "less"],
) -> float:
    if np.array_equal(first, second):
        return 1.0
    found = permutation_test(
        (first, second),
        lambda x, y, axis: np.mean(y - x, axis=axis),
        permutation_type="samples",
        alternative=alternative,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        rng=chance,
    )
    return float(found.pvalue)


def _interval(change: NDArray[np.float64], chance: np.random.Generator) -> tuple[float, float]:
    if not change.std():
        return float(change[0]), float(change[0])
    found = bootstrap(
        (change,), np.mean, n_resamples=RESAMPLES, batch=_BATCH, method="percentile", rng=chance
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)
