"""The field's measures over a run (door of ir_measures)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import nDCG

from evaluation.datasets import JudgedQuery

Run = Mapping[str, Sequence[tuple[str, float]]]
"""Ranking per query id: document ids and scores, best first."""


def ndcg_at_10(queries: Sequence[JudgedQuery], run: Run) -> dict[str, float]:
    """nDCG@10 of every judged query; one that the run leaves unanswered scores 0.

    Source: Järvelin & Kekäläinen 2002, as trec_eval computes it.
    """
    qrels = {query.id: dict(query.grades) for query in queries}
    scored = {id_: dict(ranking) for id_, ranking in run.items()}
    values = dict.fromkeys(qrels, 0.0)
    values |= {
        metric.query_id: metric.value
        for metric in ir_measures.iter_calc([nDCG @ 10], qrels, scored)
    }
    return values


def mean(values: Mapping[str, float]) -> float:
    """The mean over all queries; of none it is 0."""
    return sum(values.values()) / len(values) if values else 0.0
