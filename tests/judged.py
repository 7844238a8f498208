"""Judged queries made up for a test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from evaluation.support.queries import Split, Style, SupportQuery, Tongue
from kb import ranking
from kb.domain import Answer, ChunkId, ChunkKind, Hit, Language, Query, SolutionId, article_id
from kb.generation import Hits
from kb.search import Trace
from kb.symptoms import Reading

LIBRARY = frozenset({"printer", "screen", "cable"})


def asked(
    id_: str,
    text: str = "打印机脱机了",
    grades: Mapping[str, int] | None = None,
    *,
    lang: Tongue = Tongue.ZH,
    split: Split = Split.UNDEALT,
) -> SupportQuery:
    """A plain query about hardware; grades may hold 0."""
    given = grades or {}
    return SupportQuery(
        id=id_,
        text=text,
        lang=lang,
        area="hardware",
        style=Style.PLAIN,
        split=split,
        intent=f"the intent of {id_}",
        grades={solution: grade for solution, grade in given.items() if grade},
        useless=frozenset(solution for solution, grade in given.items() if not grade),
    )


def put(folder: Path, queries: Iterable[SupportQuery]) -> Path:
    """Write queries with their judgements as they lie in the repository."""
    known = list(queries)
    folder.mkdir(exist_ok=True)
    lines = (json.dumps(_row(query), ensure_ascii=False) for query in known)
    (folder / "queries.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    grades = [
        f"{query.id}\t{solution}\t{grade}\n"
        for query in known
        for solution, grade in {**query.grades, **dict.fromkeys(query.useless, 0)}.items()
    ]
    (folder / "qrels.tsv").write_text("".join(["query-id\tsolution\tgrade\n", *grades]), "utf-8")
    (folder / "looks.tsv").write_text("commit\tdate\treason\n", "utf-8")
    return folder


def _row(query: SupportQuery) -> dict[str, str]:
    keys = ("id", "text", "lang", "area", "style", "split", "intent")
    row = {key: str(getattr(query, key)) for key in keys}
    return row if query.split else {key: value for key, value in row.items() if key != "split"}


def traced(lexical: Mapping[str, float], dense: Mapping[str, float]) -> Trace:
    """A search in which each side found these solutions, fused half and half."""
    hits = Hits(_hits(dense), _hits(lexical))
    fused = tuple(ranking.ranked(hits.dense, hits.lexical, weight=0.5))
    reading = Reading("打印机", Language.ZH, (), "打印机")
    answer = Answer((), Language.ZH, "generation", matched=True)
    return Trace(Query("打印机"), reading, {}, hits, fused, frozenset(), answer, {})


def _hits(scores: Mapping[str, float]) -> tuple[Hit, ...]:
    return tuple(
        Hit(ChunkId(number), article_id(Language.ZH, SolutionId(id_)), ChunkKind.SYMPTOM, score)
        for number, (id_, score) in enumerate(scores.items())
    )
