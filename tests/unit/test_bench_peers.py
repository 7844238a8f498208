from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from evaluation.bench.peers import Absent, Kit, Limits, Name, measured
from evaluation.bench.peers.contract import (
    DEPTH,
    Chunk,
    Query,
    Ranking,
    Script,
    Search,
    main,
    timed,
)
from evaluation.bench.rivals import unfit, write
from kb.encoder import PACKAGED
from training.source import model_folder

CHUNKS = (
    Chunk("wifi", "Restart the router when Wi-Fi drops.", label=True),
    Chunk("wifi-zh", "无线网络断开时重启路由器。", label=True),
    Chunk("hidden", "Restart everything.", label=False),
    Chunk("beyond", "Past the size that was asked for.", label=True),
)
QUERIES = (Query("zh", "无线网络断开"), Query("en", "Wi-Fi drops"), Query("more", "printer"))


def lines(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def chunks(tmp_path: Path) -> Path:
    rows = [{"id": each.id, "text": each.text, "label": each.label} for each in CHUNKS]
    return lines(tmp_path / "chunks.jsonl", rows)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return lines(tmp_path / "queries.jsonl", [{"id": q.id, "text": q.text} for q in QUERIES])


def shelf() -> Script:
    """A peer that keeps texts in a file and counts the characters that a query shares."""

    def indexer(folder: Path) -> Callable[[Sequence[Chunk]], None]:
        def index(chunks: Sequence[Chunk]) -> None:
            kept = {each.id: each.text for each in chunks if each.label}
            (folder / "shelf.json").write_text(json.dumps(kept), "utf-8")

        return index

    def opened(folder: Path) -> Search:
        kept = json.loads((folder / "shelf.json").read_text("utf-8"))

        def search(text: str) -> Ranking:
            scores = {id_: float(len(set(text) & set(kept[id_]))) for id_ in kept}
            return sorted(scores.items(), key=lambda scored: -scored[1])

        return search

    return Script(("numpy",), indexer, opened)


def test_a_query_takes_the_time_between_its_start_and_its_end() -> None:
    ticks = iter([1.0, 1.5, 7.0, 7.002])

    done = timed(lambda text: [(text, 1.0)], QUERIES[:2], lambda: next(ticks))

    assert done.times_ms == pytest.approx([500, 2])
    assert done.run == {"zh": [("无线网络断开", 1.0)], "en": [("Wi-Fi drops", 1.0)]}


def test_a_ranking_is_cut_to_what_was_asked_for() -> None:
    ranking = [(str(rank), -float(rank)) for rank in range(DEPTH + 1)]

    done = timed(lambda _: ranking, QUERIES[:1], iter(range(2)).__next__)

    assert done.run["zh"] == ranking[:DEPTH]


def test_a_peer_indexes_the_first_chunks_and_answers_the_first_queries(
    tmp_path: Path, chunks: Path, queries: Path
) -> None:
    places = [f"--folder={tmp_path / 'index'}", f"--out={tmp_path / 'out.json'}"]
    (tmp_path / "weights").symlink_to(model_folder())

    main(shelf(), ["index", *places, f"--chunks={chunks}", "--size=3"])
    built = json.loads((tmp_path / "out.json").read_text("utf-8"))
    search = ["search", *places, f"--queries={queries}", "--timed=2", "--warm-up=3", "--began=0"]
    main(shelf(), search)
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))

    assert built["chunks"] == 3
    assert {id_: ranking[0][0] for id_, ranking in found["run"].items()} == {
        "zh": "wifi-zh",
        "en": "wifi",
    }
    assert {len(ranking) for ranking in found["run"].values()} == {2}
    assert found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"]


WEIGHTS = b"weights in full precision"
OWN, SOURCE = sha256(WEIGHTS).hexdigest(), sha256(b"what they were trained from").hexdigest()


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """The folder of a trained encoder, which names its own weights and those of its source."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    config = {"weights_sha256": OWN, "source_sha256": SOURCE}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def test_weights_that_the_encoder_in_use_was_made_of_are_fit(tmp_path: Path, encoder: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(WEIGHTS)

    assert unfit(tmp_path, encoder) == ""
    assert unfit(model_folder(), PACKAGED) == ""


def test_weights_of_another_encoder_are_unfit(tmp_path: Path, encoder: Path) -> None:
    assert "WEIGHTS" in unfit(tmp_path / "nowhere", encoder)
    assert "other weights than those that the encoder in use" in unfit(model_folder(), encoder)


@pytest.mark.parametrize("config", [None, "{}", "no JSON"])
def test_an_encoder_that_names_no_weights_cannot_be_compared(
    tmp_path: Path, config: str | None
) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config, "utf-8")

    assert "names no weights" in unfit(model_folder(), tmp_path)


def test_a_peer_without_fit_weights_is_absent_for_that_reason(chunks: Path, queries: Path) -> None:
    kit = Kit(Path(sys.executable), Path(), "other weights")

    peer = measured(Name.TXTAI, chunks, queries, kit, limits=Limits(3, 2))

    assert peer == Absent(Name.TXTAI, "other weights")


@pytest.mark.parametrize(
    ("text", "folded"), [("印表機顯示離線", "打印机显示离线"), ("Ｗｉ－Ｆｉ drops", "Wi-Fi drops")]
)
def test_peers_are_given_folded_texts_as_ours_are(tmp_path: Path, text: str, folded: str) -> None:
    write(tmp_path / "chunks.jsonl", [{"id": "1", "text": text, "label": True}])

    row = json.loads((tmp_path / "chunks.jsonl").read_text("utf-8"))

    assert row == {"id": "1", "text": folded, "label": True}


@pytest.mark.parametrize("name", Name)
def test_a_peer_without_its_environment_is_absent(
    name: Name, tmp_path: Path, chunks: Path, queries: Path
) -> None:
    python = tmp_path / "bin" / "python"

    peer = measured(name, chunks, queries, Kit(python, tmp_path), limits=Limits(3, 2))

    assert peer == Absent(name, f"{python}: No such file or directory: make peers")


def test_a_peer_that_is_not_installed_is_absent_by_its_name(chunks: Path, queries: Path) -> None:
    peer = measured(
        Name.TXTAI, chunks, queries, Kit(Path(sys.executable), Path()), limits=Limits(3, 2)
    )

    assert peer == Absent(Name.TXTAI, "ModuleNotFoundError: No module named 'txtai'")


def test_a_peer_that_runs_out_of_time_is_absent(chunks: Path, queries: Path) -> None:
    limits = Limits(3, 2, timeout_s=0)

    peer = measured(Name.CHROMA, chunks, queries, Kit(Path(sys.executable), Path()), limits=limits)

    assert peer == Absent(Name.CHROMA, "not done with 3 chunks in 0 s")
