from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation import corpus, fusion, reference, retrieval, scores
from evaluation.corpus import searched_set
from evaluation.datasets import Document, folders, load
from evaluation.fusion import curve
from evaluation.measures import Measure
from evaluation.report import Provenance
from evaluation.retrieval import judged
from evaluation.runs import Side
from evaluation.scores import Judged, Results
from evaluation.support.__main__ import answered
from kb.domain import Confidence, Language
from kb.errors import KbError
from tests.judged import asked
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

    curves = {dataset.name: curve(dataset.queries, searched_set(parts, dataset), least=-1.0)}

    assert curves["small-set"][0.0] == 1.0
    printed = fusion.text(curves, Provenance("command", "data", parts.encoder.fingerprint, "abc"))
    assert "| 0.00 | **1.000** |" in printed
    assert parts.encoder.fingerprint in printed


def test_a_customer_is_not_shown_drafts(tmp_path: Path) -> None:
    texts = {"printer": "打印机脱机时重新连接网络。", "draft": "打印机脱机时重新启动。"}
    library = [corpus.article(Document(id_, "", text), Language.ZH) for id_, text in texts.items()]
    articles = [library[0], replace(library[1], confidence=Confidence.WIP)]
    asked_ = [asked("q1", "打印机脱机了", {"printer": 2})]

    found = answered(parts_in(tmp_path / "state"), articles, asked_)

    assert found.returned == {"q1": ["printer"]}
    assert found.sides[Side.LEXICAL][Measure.NDCG] == {"q1": 1.0}


def test_every_side_is_judged_and_reported_with_its_source(folder: Path, tmp_path: Path) -> None:
    dataset, parts = load(folder), parts_in(tmp_path / "state")
    source = Provenance("make eval", "one set", parts.encoder.fingerprint, "abc1234")

    found = Results(source, {"small-set": judged(parts, dataset)}, {"small-set": "zh → zh"})
    retrieval.picture(found, tmp_path / "retrieval.svg")
    scores.write(found, tmp_path / "scores.json.gz")
    printed = retrieval.text(found, "retrieval.svg")

    assert scores.read(tmp_path / "scores.json.gz") == found
    assert (
        "| small-set | zh → zh | 2 | lexical | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 0 |"
        in printed
    )
    assert "abc1234" in printed
    assert "打印机" not in printed
    assert "<svg" in (tmp_path / "retrieval.svg").read_text("utf-8")


def test_the_same_scores_are_the_same_bytes(tmp_path: Path) -> None:
    judged_ = Judged(0, {Measure.NDCG: {"q1": 0.5}})
    found = Results(Provenance("c", "d", "e", "f"), {"a": {Side.FUSED: judged_}}, {"a": "zh → zh"})

    for name in ("one", "two"):
        scores.write(found, tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"{}", mtime=0)])
def test_what_holds_no_scores_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "scores").write_bytes(content)

    with pytest.raises(KbError, match=r"no scores in .*scores"):
        scores.read(tmp_path / "scores")


def test_bm25_over_whole_documents_finds_what_shares_words(folder: Path) -> None:
    dataset = load(folder)

    found = reference.run(parts_in(Path("unused")).lexicon, dataset)

    assert {id_: ranking[:1] for id_, ranking in found.items()} == {
        "q1": ["a/printer"],
        "q2": ["b/screen"],
    }


@pytest.mark.usefixtures("folder")
def test_only_whole_datasets_are_offered(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()

    assert folders(tmp_path) == ["small-set"]
    assert folders(tmp_path / "nowhere") == []


def test_a_missing_dataset_is_named(tmp_path: Path) -> None:
    with pytest.raises(KbError, match=r"no dataset in .*corpus\.jsonl\.gz"):
        load(tmp_path)
