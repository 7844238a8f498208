"""Whether the best score tells queries with an answer from those without."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from evaluation import report
from evaluation.runs import Side
from evaluation.support.queries import SupportQuery
from kb.search import Trace

UNSCALED = (Side.LEXICAL, Side.DENSE)
"""Sides whose scores mean the same in every query. Fused ones do not: they are scaled by each
query's own best and worst, so the best one says how far the sides agree, not how well it fits."""


def auroc(answered: Sequence[float], unanswered: Sequence[float]) -> float:
    """The share of pairs in which the answered query scores higher; a tie counts a half.

    ½ is chance, 1 is a score that tells all apart. Raises ``ZeroDivisionError`` without a pair.

    Source: the area under the ROC curve as the Mann-Whitney statistic, Hanley & McNeil 1982.
    """
    below = sorted(unanswered)
    pairs = sum((bisect_left(below, each) + bisect_right(below, each)) / 2 for each in answered)
    return pairs / (len(answered) * len(unanswered))


def surest(trace: Trace) -> dict[Side, float]:
    """The best score of each of :data:`UNSCALED`; without any, the lowest that there could be."""
    return {
        Side.LEXICAL: max((hit.score for hit in trace.hits.lexical), default=0.0),
        Side.DENSE: max((hit.score for hit in trace.hits.dense), default=-1.0),
    }


def table(
    groups: Mapping[str, Sequence[SupportQuery]], best: Mapping[str, Mapping[Side, float]]
) -> list[str]:
    """AUROC of the best score of each of :data:`UNSCALED`, for groups of queries by their names.

    Answered are the queries that a solution solves; those that one only helps are left out, and so
    is a group without both kinds.
    """
    return report.table(("queries", "answered", "unanswered", *UNSCALED), list(_rows(groups, best)))


def _rows(
    groups: Mapping[str, Sequence[SupportQuery]], best: Mapping[str, Mapping[Side, float]]
) -> Iterator[list[str]]:
    for name, queries in groups.items():
        answered = [best[query.id] for query in queries if query.solutions]
        unanswered = [best[query.id] for query in queries if not query.grades]
        if answered and unanswered:
            areas = (
                auroc([each[side] for each in answered], [each[side] for each in unanswered])
                for side in UNSCALED
            )
            shown = (f"{area:.3f}" for area in areas)
            yield [name, str(len(answered)), str(len(unanswered)), *shown]
