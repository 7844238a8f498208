"""What every peer's script shares: the files it reads, how it is timed, what it reports."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil  # type: ignore[import-untyped]  # ships no types
import torch

from evaluation.bench.peers import WEIGHTS

DEPTH: Final = 10
"""How many chunks a query asks for."""
LEG: Final = 64
"""How many each side gives to fusion, where a peer lets one choose: as many as ours."""

Ranking = list[tuple[str, float]]
"""Ids and scores of chunks, best first."""
Search = Callable[[str], Ranking]
"""The :data:`DEPTH` best chunks for a text, of those with the label."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A line of the file of chunks."""

    id: str
    text: str
    label: bool
    """Whether a query may find it. For speed a fifth of the chunks has it, for quality all."""


@dataclass(frozen=True, slots=True)
class Query:
    """A line of the file of queries."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """What a peer's script adds to the contract."""

    packages: Sequence[str]
    """Whose versions are reported."""
    indexer: Callable[[Path], Callable[[Sequence[Chunk]], None]]
    """Loads the model; what it gives then indexes all chunks into a new folder."""
    opened: Callable[[Path], Search]
    """The search over a folder that was indexed before."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Rankings by query id, and what each query took."""

    run: dict[str, Ranking]
    times_ms: list[float]


def main(script: Script, arguments: Sequence[str] | None = None) -> None:
    """Do one phase, ``index`` or ``search``, and write what it took as JSON."""
    options = _parser().parse_args(arguments)
    report = indexed(script, options) if options.phase == "index" else searched(script, options)
    options.out.write_text(json.dumps(report, ensure_ascii=False), "utf-8")


def indexed(script: Script, options: argparse.Namespace) -> dict[str, Any]:
    """Index the chunks; how many there were and how long it took."""
    chunks = list(islice(_chunks(options.chunks), options.size))
    options.folder.mkdir(parents=True)
    index = script.indexer(options.folder)
    began = time.perf_counter()
    index(chunks)
    return {"chunks": len(chunks), "index_s": time.perf_counter() - began}


def searched(script: Script, options: argparse.Namespace) -> dict[str, Any]:
    """Answer the queries one at a time, after the warm-up."""
    queries = list(islice(_queries(options.queries), options.timed))
    search = script.opened(options.folder)
    search(queries[0].text)
    start_s = time.monotonic() - options.began
    threads = _faster_threads(search, list(islice(cycle(queries), options.warm_up)))
    done = timed(search, queries, time.perf_counter)
    p50_ms, p95_ms, p99_ms = np.percentile(done.times_ms, [50, 95, 99]).tolist()
    rss_mb = _rss_mb()
    return {
        "versions": {package: version(package) for package in script.packages},
        "start_s": start_s,
        "rss_mb": rss_mb,
        "threads": threads,
        "p50_ms": p50_ms,
        "p95_ms": p95_ms,
        "p99_ms": p99_ms,
        "encoder_ms": _encoder_ms(queries, weights(options.folder)),
        "run": done.run,
    }


def timed(search: Search, queries: Sequence[Query], clock: Callable[[], float]) -> Timed:
    """Each query once, in order; the clock counts seconds."""
    done = Timed({}, [])
    for query in queries:
        began = clock()
        ranking = search(query.text)
        done.times_ms.append(1000 * (clock() - began))
        done.run[query.id] = ranking[:DEPTH]
    return done


def weights(index: Path) -> str:
    """The folder of the encoder that an index is made with."""
    return str(index.parent / WEIGHTS)


def _faster_threads(search: Search, queries: Sequence[Query]) -> int:
    """Leave torch at its default number of threads or at 1, by the median of the warm-up."""
    medians: dict[int, float] = {}
    for threads in (torch.get_num_threads(), 1):
        torch.set_num_threads(threads)
        medians[threads] = float(np.median(timed(search, queries, time.perf_counter).times_ms))
    best = min(medians, key=lambda threads: medians[threads])
    torch.set_num_threads(best)
    return best


def _encoder_ms(queries: Sequence[Query], weights: str) -> float:
    """Median of encoding each query alone, by the same model and threads."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - is installed apart

    model = SentenceTransformer(weights, device="cpu")

    def encoded(text: str) -> Ranking:
        model.encode(text)
        return []

    timed(encoded, queries[:5], time.perf_counter)
    return float(np.median(timed(encoded, queries, time.perf_counter).times_ms))


def _rss_mb() -> float:
    return float(psutil.Process().memory_info().rss / 1e6)


def _chunks(path: Path) -> Iterator[Chunk]:
    for row in _rows(path):
        yield Chunk(row["id"], row["text"], row["label"])


def _queries(path: Path) -> Iterator[Query]:
    for row in _rows(path):
        yield Query(row["id"], row["text"])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    phases = parser.add_subparsers(dest="phase", required=True)
    index, search = phases.add_parser("index"), phases.add_parser("search")
    for phase in (index, search):
        phase.add_argument("--folder", type=Path, required=True, help="where the index is")
        phase.add_argument("--out", type=Path, required=True, help="JSON file to write")
    index.add_argument("--chunks", type=Path, required=True, help="JSON Lines: id, text, label")
    index.add_argument("--size", type=int, required=True, help="how many of them")
    search.add_argument("--queries", type=Path, required=True, help="JSON Lines: id, text")
    search.add_argument("--timed", type=int, required=True, help="how many of them")
    search.add_argument("--warm-up", type=int, required=True, help="queries before the timing")
    search.add_argument("--began", type=float, required=True, help="the monotonic clock at start")
    return parser
