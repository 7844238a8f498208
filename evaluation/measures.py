"""The field's measures over a run (door of ir_measures)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import ir_measures
from ir_measures import RR, R, Success, nDCG

from evaluation.datasets import JudgedQuery

Ranking = Sequence[str]
"""Distinct document ids, best first."""
Run = Mapping[str, Ranking]
"""The ranking of each query, by query id."""
Scores = Mapping[str, float]
"""A measure's value in [0, 1] by query id."""


class Measure(StrEnum):
    """What is said of a ranking; a query without a relevant document among the ten scores 0."""

    NDCG = "nDCG@10"
    """Järvelin & Kekäläinen 2002, as trec_eval computes it: grades as gains."""
    MRR = "MRR@10"
    """One over the rank of the first relevant document."""
    RECALL = "recall@10"
    """Share of the relevant documents that are among the first ten."""
    SUCCESS = "success@1"
    """Whether the first document is relevant."""
    SUCCESS_3 = "success@3"
    """Whether one of the first three is relevant."""


DEPTH = 10
"""No measure looks deeper."""
_MEASURES = {
    Measure.NDCG: nDCG @ DEPTH,
    Measure.MRR: RR @ DEPTH,
    Measure.RECALL: R @ DEPTH,
    Measure.SUCCESS: Success @ 1,
    Measure.SUCCESS_3: Success @ 3,
}


def scores(queries: Sequence[JudgedQuery], run: Run) -> dict[Measure, dict[str, float]]:
    """Every measure of every judged query; one that the run leaves unanswered scores 0."""
    qrels = {query.id: dict(query.grades) for query in queries}
    ranked = {
        id_: {document: float(-rank) for rank, document in enumerate(ranking[:DEPTH])}
        for id_, ranking in run.items()
        if ranking
    }
    found = {measure: dict.fromkeys(qrels, 0.0) for measure in Measure}
    names = {str(measure): ours for ours, measure in _MEASURES.items()}
    for metric in ir_measures.iter_calc(list(_MEASURES.values()), qrels, ranked):
        found[names[str(metric.measure)]][metric.query_id] = metric.value
    return found


def mean(values: Scores) -> float:
    """The mean over all queries; of none it is 0."""
    return sum(values.values()) / len(values) if values else 0.0
