from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evaluation.corpus import indexed, traces
from evaluation.datasets import load
from evaluation.fusion import curve, report
from evaluation.measures import mean, ndcg_at_10
from kb.domain import Language
from kb.errors import KbError
from tests.parts import parts as parts_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "small-set"
    folder.mkdir()
    documents = [
        {"_id": "a/printer", "title": "", "text": "打印机脱机时重新连接网络。", "lang": "zh"},
        {"_id": "b/screen", "title": "", "text": "屏幕全黑时先充电一小时。", "lang": "zh"},
    ]
    queries = [
        {"_id": "q1", "text": "打印机脱机了"},
        {"_id": "q2", "text": "屏幕全黑怎么办"},
        {"_id": "q3", "text": "没有答案的问题"},
    ]
    for name, rows in (("corpus", documents), ("queries", queries)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    grades = "query-id\tcorpus-id\tscore\nq1\ta/printer\t2\nq2\tb/screen\t1\nq3\ta/printer\t0\n"
    (folder / "qrels.tsv").write_text(grades, "utf-8")
    return folder


def test_a_corpus_is_searched_as_the_service_searches(folder: Path, tmp_path: Path) -> None:
    dataset, parts = load(folder), parts_in(tmp_path / "state")
    assert (dataset.lang, [query.id for query in dataset.queries]) == (Language.ZH, ["q1", "q2"])

    with indexed(parts, dataset) as generation:
        found = traces(parts, generation, dataset.queries)
        curves = {dataset.name: curve(dataset.queries, found, least=-1.0)}

    assert curves["small-set"][0.0] == 1.0
    printed = report(curves, "command", parts.encoder.fingerprint, "abc")
    assert "| 0.00 | **1.000** |" in printed
    assert parts.encoder.fingerprint in printed


def test_an_unanswered_query_scores_nothing_and_never_vanishes(folder: Path) -> None:
    queries = load(folder).queries

    values = ndcg_at_10(queries, {"q1": [("b/screen", 2.0), ("a/printer", 1.0)]})

    assert values == {"q1": pytest.approx(0.6309, abs=1e-4), "q2": 0.0}
    assert mean(values) == pytest.approx(0.31546, abs=1e-4)
    assert mean({}) == 0.0


def test_a_missing_dataset_is_named(tmp_path: Path) -> None:
    with pytest.raises(KbError, match=r"no dataset in .*corpus\.jsonl\.gz"):
        load(tmp_path)
