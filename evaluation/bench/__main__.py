"""Measure the product, and the libraries that a user would reach for instead; write a report."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation import report
from evaluation.bench import recording, rivals, sizes, text
from evaluation.bench.peers import Absent, Limits, Peer
from evaluation.bench.sizes import Effort
from evaluation.bench.summary import Bench
from evaluation.bench.summary import text as summary
from evaluation.datasets import load, own
from evaluation.gate import QUERIES
from evaluation.report import Provenance
from kb.errors import KbError
from kb.settings import Settings
from kb.wiring import open_parts

logger = logging.getLogger("evaluation.bench")

PEER_CHUNKS = 10_000
"""Peers are measured at no more chunks."""
HOUR_S = 3600


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench", description=__doc__)
    parser.add_argument("corpora", type=Path, help="folder of Markdown to ingest")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--peers", type=Path, help="Python of the peers' environment")
    parser.add_argument("--peer-queries", type=int, default=100)
    parser.add_argument("--judged", type=Path, help="folder of one dataset, for quality")
    parser.add_argument("--postgres", default="", help="URL of a database to keep searches in")
    parser.add_argument("--work", type=Path, help="folder to work in; kept. Else a temporary one")
    parser.add_argument("--seconds", type=int, default=Effort().seconds, help="of each HTTP load")
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    return parser.parse_args()


def measured(options: argparse.Namespace, work: Path) -> Bench:
    """The whole bench, in a folder to work in."""
    sources = text.markdown(options.corpora)
    symptoms = [query.text for query in own(QUERIES)]
    effort = Effort(seconds=options.seconds)
    found = {}
    for size in options.sizes:
        logger.info("%s chunks", f"{size:,}")
        found[size] = sizes.measured(sources, size, symptoms, work, effort)
    smallest = _state(work, min(options.sizes))
    return Bench(
        machine=f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        sizes=found,
        recording=dict(_recording(smallest, symptoms, options.postgres)),
        peers={} if options.peers is None else dict(_peers(options, work, symptoms)),
        quality=_quality(options, work) if options.judged and options.peers else None,
    )


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


def _peers(
    options: argparse.Namespace, work: Path, symptoms: list[str]
) -> Iterator[tuple[int, list[Peer | Absent]]]:
    for size in options.sizes:
        if size <= PEER_CHUNKS:
            logger.info("peers at %s chunks", f"{size:,}")
            parts = open_parts(_state(work, size))
            limits = Limits(size, options.peer_queries, timeout_s=HOUR_S)
            yield size, rivals.timed(parts, symptoms, options.peers, work, limits)


def _quality(options: argparse.Namespace, work: Path) -> rivals.Quality:
    logger.info("quality on %s", options.judged.name)
    parts = open_parts(Settings(state=work / "state-judged"))
    limits = Limits(0, 0, timeout_s=HOUR_S)
    return rivals.judged(parts, load(options.judged), options.peers, work, limits)


def main() -> int:
    """Run it."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logger.setLevel(logging.INFO)
    options = _options()
    try:
        with TemporaryDirectory() as temporary:
            work = options.work or Path(temporary)
            bench = measured(options, work)
    except (KbError, ValueError) as error:
        logger.error("%s", error)  # noqa: TRY400 - the message says it all
        return 1
    encoder = open_parts(Settings(state=work)).encoder.fingerprint
    named = "make bench" if options.peers else "python -m evaluation.bench CORPORA"
    source = Provenance(
        named, "Markdown of public corpora, below CORPORA", encoder, report.commit()
    )
    options.report.write_text(summary(bench, source), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
