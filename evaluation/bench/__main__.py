"""Measure the product, and the libraries that a user would reach for instead; write a report."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation import report
from evaluation.bench import recording, rivals, sizes, text
from evaluation.bench.goals import LARGE, MIDDLE
from evaluation.bench.peers import Absent, Kit, Limits, Peer
from evaluation.bench.searching import Growth, growth
from evaluation.bench.sizes import WARM_UP, Effort
from evaluation.bench.summary import Bench
from evaluation.bench.summary import text as summary
from evaluation.datasets import load, own
from evaluation.gate import QUERIES
from evaluation.report import Provenance
from kb.encoder import encoder_folder
from kb.errors import KbError
from kb.settings import Settings
from kb.wiring import open_parts

logger = logging.getLogger("evaluation.bench")

PEER_CHUNKS = 10_000
"""Peers are measured at no more chunks."""
HOUR_S = 3600
WEIGHTS = Path("build/training/full-precision")
"""Where ``make model`` writes them by default."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench", description=__doc__)
    parser.add_argument("corpora", type=Path, help="folder of Markdown to ingest")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--peers", type=Path, help="Python of the peers' environment")
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, help="folder of full-precision weights, for peers"
    )
    parser.add_argument("--peer-sizes", type=int, nargs="+", help="only at these sizes")
    parser.add_argument("--judged", type=Path, help="folder of one dataset, for quality")
    parser.add_argument("--postgres", default="", help="URL of a database to keep searches in")
    parser.add_argument("--work", type=Path, help="folder to work in; kept. Else a temporary one")
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    return parser.parse_args()


def steps(options: argparse.Namespace, work: Path) -> Iterator[Bench]:
    """What was measured so far, after each step: small sizes, peers, large sizes, quality."""
    sources, symptoms = text.markdown(options.corpora), [query.text for query in own(QUERIES)]
    small, large = _by_size(options.sizes)
    kit = _kit(options)
    bench = Bench(_machine(), {}, {}, {}, None, whole=False)
    for size in small:
        yield (bench := _sized(bench, sources, symptoms, work, size))
    kept = dict(_recording(_state(work, small[0]), symptoms, options.postgres))
    yield (bench := replace(bench, recording=kept))
    if kit:
        for size in set(options.peer_sizes or small) & set(small):
            found = _peers(kit, symptoms, work, size)
            yield (bench := replace(bench, peers={**bench.peers, size: found}))
    for size in large:
        yield (bench := _sized(bench, sources, symptoms, work, size))
    if {MIDDLE, LARGE} <= set(options.sizes):
        yield (bench := replace(bench, growth=_growth(symptoms, work)))
    if kit and options.judged:
        yield (bench := replace(bench, quality=_quality(kit, options.judged, work)))
    yield replace(bench, whole=True)


def _kit(options: argparse.Namespace) -> Kit | None:
    """What the peers run with, fit or not; none where no peers are wanted."""
    if not options.peers:
        return None
    encoder = encoder_folder(Settings().encoder)
    return Kit(options.peers, options.weights, rivals.unfit(options.weights, encoder))


def _by_size(wanted: Sequence[int]) -> tuple[list[int], list[int]]:
    """Sizes that peers can bear, at least one of all, and larger ones."""
    ordered = sorted(wanted)
    small = [size for size in ordered if size <= PEER_CHUNKS] or ordered[:1]
    return small, ordered[len(small) :]


def _sized(
    bench: Bench, sources: Sequence[str], symptoms: Sequence[str], work: Path, size: int
) -> Bench:
    logger.info("%s chunks", f"{size:,}")
    found = sizes.measured(sources, size, symptoms, work, Effort())
    return replace(bench, sizes={**bench.sizes, size: found})


def _peers(kit: Kit, symptoms: Sequence[str], work: Path, size: int) -> list[Peer | Absent]:
    logger.info("peers at %s chunks", f"{size:,}")
    limits = Limits(size, len(symptoms), warm_up=WARM_UP, timeout_s=HOUR_S)
    return rivals.timed(open_parts(_state(work, size)), symptoms, kit, work, limits)


def _growth(symptoms: Sequence[str], work: Path) -> Growth:
    logger.info("%s and %s chunks in turns", f"{MIDDLE:,}", f"{LARGE:,}")
    smaller, larger = (open_parts(_state(work, size)) for size in (MIDDLE, LARGE))
    return growth(smaller, larger, symptoms, rounds=Effort().rounds)


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _state(work: Path, size: int) -> Settings:
    return Settings(state=work / f"state-{size}")


def _recording(
    settings: Settings, symptoms: list[str], postgres: str
) -> Iterator[tuple[str, float]]:
    logger.info("keeping searches")
    for name, url in (("SQLite", ""), ("PostgreSQL", postgres)):
        if url or name == "SQLite":
            kept = Settings(state=settings.state, casebook_url=url)
            yield name, recording.added_ms(kept, symptoms, rounds=15)


def _quality(kit: Kit, folder: Path, work: Path) -> rivals.Quality:
    logger.info("quality on %s", folder.name)
    parts = open_parts(Settings(state=work / "state-judged"))
    limits = Limits(0, 0, timeout_s=HOUR_S)
    return rivals.judged(parts, load(folder), kit, work, limits)


def _ready(options: argparse.Namespace) -> None:
    """Find out before the first hour what would fail after it."""
    if shutil.which("wrk") is None:
        raise KbError("no wrk: apt-get install wrk")
    if not options.corpora.is_dir():
        raise KbError(f"no folder {options.corpora}: name one with Markdown below it")
    if (kit := _kit(options)) and kit.unfit:
        logger.warning("peers will not be measured: %s", kit.unfit)
    if options.judged and options.judged.is_dir():
        load(options.judged)
    elif options.judged:
        logger.info("no judged queries in %s: quality is left out", options.judged)
        options.judged = None


def main() -> int:
    """Run it; the report is written after each step."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    options = _options()
    try:
        _ready(options)
        encoder = open_parts(Settings()).encoder.fingerprint
        command = f"make bench CORPORA=… BENCH=…, sizes {' '.join(map(str, options.sizes))}"
        source = Provenance(command, "Markdown of public corpora", encoder, report.commit())
        with TemporaryDirectory() as temporary:
            for bench in steps(options, options.work or Path(temporary)):
                options.report.write_text(summary(bench, source), "utf-8")
    except (KbError, ValueError) as error:
        logger.error("%s", error)  # noqa: TRY400 - the message says it all
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
