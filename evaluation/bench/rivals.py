"""The same chunks and weights in the libraries that a user would reach for instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from evaluation.bench import peers
from evaluation.bench.peers import Absent, Kit, Limits, Name, Peer
from evaluation.bench.text import PRODUCTS
from evaluation.corpus import article, searched_set
from evaluation.datasets import Dataset
from evaluation.measures import Measure, mean, scores
from evaluation.runs import Side, best, runs
from kb import chunking, ranking
from kb.chunking import passage
from kb.domain import Chunk
from kb.errors import IndexUnavailable
from kb.folding import fold
from kb.generation import open_current, stored_chunks
from kb.search import Trace
from kb.wiring import Parts


@dataclass(frozen=True, slots=True)
class Quality:
    """nDCG@10 on one set of judged queries."""

    dataset: str
    ours: float
    """As the service answers: with the dense share that was chosen on development sets."""
    alike: float
    """With both sides alike, which nobody chose."""
    peers: Mapping[Name, float | Absent]


def unfit(weights: Path, encoder: Path) -> str:
    """Why peers with these weights would be no comparison: a line, empty if they are one.

    ``weights`` is a folder for sentence-transformers, in full precision; ``encoder`` is that of
    the encoder in use, whose ``config.json`` names the weights that it was made of.
    """
    file, wanted = weights / "model.safetensors", _source(encoder / "config.json")
    if not wanted:
        return "the encoder in use names no weights that it was made of: make model writes one"
    if not file.is_file():
        return f"no {file}: make bench WEIGHTS=folder, see docs/evaluation.md"
    if sha256(file.read_bytes()).hexdigest() != wanted:
        return f"{file}: other weights than those that the encoder in use was made of"
    return ""


def _source(config: Path) -> str:
    """The sha256 of the weights that an encoder was made of; empty where it names none."""
    try:
        named = json.loads(config.read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(named.get("weights_sha256") or named.get("source_sha256") or "")


def timed(
    parts: Parts, symptoms: Sequence[str], kit: Kit, folder: Path, limits: Limits
) -> list[Peer | Absent]:
    """Every peer over the chunks that the parts serve; a fifth of them is for phones."""
    current = open_current(parts.store)
    if current is None:
        raise IndexUnavailable("nothing is indexed: ingest first")
    _, index = current
    chunks, queries = folder / "chunks.jsonl", folder / "queries.jsonl"
    write(chunks, (_line(each) for each in stored_chunks(index)))
    index.close()
    write(queries, ({"id": str(at), "text": text} for at, text in enumerate(symptoms)))
    return [peers.measured(name, chunks, queries, kit, limits=limits) for name in Name]


def judged(parts: Parts, dataset: Dataset, kit: Kit, folder: Path, limits: Limits) -> Quality:
    """Ours and every peer's ranking of a dataset's documents, all cut into our chunks."""
    chunks, queries = folder / "judged.jsonl", folder / "judged-queries.jsonl"
    documents = dict(enumerate(_chunks(parts, dataset)))
    write(
        chunks,
        ({"id": str(at), "text": text, "label": True} for at, (_, text) in documents.items()),
    )
    write(queries, ({"id": each.id, "text": each.text} for each in dataset.queries))
    size = Limits(len(documents), len(dataset.queries), timeout_s=limits.timeout_s)
    found = {name: peers.measured(name, chunks, queries, kit, limits=size) for name in Name}
    traces = searched_set(parts, dataset)
    return Quality(
        dataset=dataset.name,
        ours=_ndcg(dataset, runs(traces)[Side.FUSED]),
        alike=_ndcg(dataset, {id_: _alike(trace) for id_, trace in traces.items()}),
        peers={
            name: each if isinstance(each, Absent) else _ndcg(dataset, _run(each, documents))
            for name, each in found.items()
        },
    )


def _chunks(parts: Parts, dataset: Dataset) -> Iterable[tuple[str, str]]:
    """Document id and text of every chunk."""
    tokens, limit = parts.encoder.tokens, parts.encoder.max_tokens
    for document in dataset.documents:
        read = article(document, dataset.lang)
        for each in chunking.chunks(read, tokens=tokens, max_tokens=limit):
            yield document.id, passage(each)


def _run(peer: Peer, documents: Mapping[int, tuple[str, str]]) -> dict[str, list[str]]:
    """A peer's chunks as documents, each once, where its best chunk stands."""
    return {
        query: list(dict.fromkeys(documents[int(id_)][0] for id_, _ in ranking))
        for query, ranking in peer.run.items()
    }


def _alike(trace: Trace) -> list[str]:
    return best(ranking.ranked(trace.hits.dense, trace.hits.lexical, weight=0.5))


def _ndcg(dataset: Dataset, run: Mapping[str, Sequence[str]]) -> float:
    return mean(scores(dataset.queries, run)[Measure.NDCG])


def _line(chunk: Chunk) -> dict[str, object]:
    phone = PRODUCTS[0] in chunk.label.environment.products
    return {"id": str(chunk.id), "text": passage(chunk), "label": phone}


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write chunks or queries for the peers as JSON Lines, each ``text`` folded.

    Our encoder and our terms fold what they read; the peers' do not.
    """
    folded = ({**row, "text": fold(str(row["text"]))} for row in rows)
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in folded)
