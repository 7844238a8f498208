"""The queries that are answered worst: where to look first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluation import report
from evaluation.measures import Measure
from evaluation.runs import Side
from evaluation.support.findings import Findings, answerable
from evaluation.support.queries import Split, SupportQuery

LISTED = 30
RETURNED = 3
"""So many of the returned solutions are named: what a reader sees first."""
_TEXTS = ("text", "wanted", "returned")
_SIGNS = re.compile(r"([\\`*_\[\]<>|~&])")


def worst(findings: Findings) -> list[SupportQuery]:
    """Queries with an answer by nDCG@10 of what is returned, lowest first, ties by id."""
    ndcg = findings.sides[Side.FUSED][Measure.NDCG]
    with_answer = answerable(findings.queries)
    return sorted(with_answer, key=lambda each: (ndcg[each.id], each.id))[:LISTED]


def listed(findings: Findings) -> list[str]:
    """The worst queries as Markdown; of the test half only the ids, so that nobody learns it."""
    queries = worst(findings)
    if any(query.split is Split.TEST for query in queries):
        return [", ".join(query.id for query in queries), ""]
    rows = [_row(query, findings) for query in queries]
    columns = ("query", Measure.NDCG, *_TEXTS)
    return report.table(columns, rows, texts=_TEXTS)


def _row(query: SupportQuery, findings: Findings) -> Sequence[str]:
    ndcg = findings.sides[Side.FUSED][Measure.NDCG][query.id]
    wanted = sorted(query.grades.items(), key=lambda item: (-item[1], item[0]))
    returned = findings.returned[query.id][:RETURNED]
    return (
        query.id,
        f"{ndcg:.3f}",
        _cell(query.text),
        ", ".join(f"{id_} {grade}" for id_, grade in wanted),
        ", ".join(f"{id_}{_doubt(id_, query)}" for id_ in returned) or "nothing",
    )


def _doubt(solution: str, query: SupportQuery) -> str:
    return "" if solution in query.grades or solution in query.useless else " (not judged)"


def _cell(text: str) -> str:
    """Any text in one cell of a table, its signs read as signs."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
