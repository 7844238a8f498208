"""``python -m evaluation.soak``: load, kills and faults, one after the other, as a report."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from evaluation.report import commit
from evaluation.soak import parts
from evaluation.soak.faults import FaultFound
from evaluation.soak.kills import killed
from evaluation.soak.load import loaded
from evaluation.soak.report import Findings, Run, broken, report
from evaluation.soak.site import Site, free_port
from kb.errors import KbError

logger = logging.getLogger("soak")


def main() -> None:
    """Do all parts and write the report; exit code 1 when a promise is broken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    # A shell may have started this in the background, deaf to Ctrl-C.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    options = _options()
    run, found = _run(options.minutes, options.kills), Findings()
    try:
        with tempfile.TemporaryDirectory(prefix="soak-") as folder:
            for found in _parts(options, Path(folder)):
                options.report.write_text(report(run, found), "utf-8")
        found = replace(found, finished=True)
    except KbError as error:
        found = replace(found, stopped=str(error))
    except KeyboardInterrupt:
        found = replace(found, stopped="by a signal")
    options.report.write_text(report(run, found), "utf-8")
    for line in broken(found):
        logger.error("broken: %s", line)
    sys.exit(1 if broken(found) else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.soak", description=__doc__)
    parser.add_argument("articles", type=Path, help="folder of articles; it is copied")
    parser.add_argument("--minutes", type=float, default=20, help="of mixed load; 0 = none")
    parser.add_argument("--kills", type=int, default=50, help="0 = none")
    parser.add_argument("--seed", type=int, default=7, help="of everything that is left to chance")
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    parser.add_argument("--qdrant-url", default="", help="a Qdrant server that may be stopped")
    parser.add_argument("--qdrant-stop", default="", help="command that stops it")
    parser.add_argument("--qdrant-start", default="", help="command that starts it")
    return parser.parse_args()


def _parts(options: argparse.Namespace, folder: Path) -> Iterator[Findings]:
    """All that was found so far, after each part."""
    chance = random.Random(options.seed)  # noqa: S311 - a repeatable choice
    template, found = _template(options.articles, folder / "template"), Findings()
    if options.minutes:
        logger.info("load: %g minutes", options.minutes)
        site = template.another(folder / "load")
        found = replace(found, load=loaded(site, minutes_long=options.minutes, chance=chance))
        yield found
    if options.kills:
        logger.info("kills: %d", options.kills)
        site = template.another(folder / "kills")
        found = replace(found, kills=killed(site, kills=options.kills, chance=chance))
        yield found
    for faults in _faults(options, template, folder, chance):
        found = replace(found, faults=(*found.faults, *faults))
        yield found


def _faults(
    options: argparse.Namespace, template: Site, folder: Path, chance: random.Random
) -> Iterator[list[FaultFound]]:
    logger.info("fault: the store directory")
    yield parts.store(template.another(folder / "store"), chance)
    logger.info("fault: the disk")
    yield parts.full_disk(template, folder / "disk", chance)
    logger.info("fault: PostgreSQL")
    yield parts.database(template, folder / "database", chance)
    logger.info("fault: Qdrant")
    lent = parts.Qdrant(options.qdrant_url, options.qdrant_stop, options.qdrant_start)
    yield parts.vectors(template, folder / "vectors", chance, lent if lent.url else None)


def _template(articles: Path, folder: Path) -> Site:
    """A site that was ingested once: the parts begin with copies of it."""
    site = Site(folder, free_port())
    shutil.copytree(articles, site.articles)
    logger.info("first ingest")
    site.run("ingest")
    return site


def _run(minutes: float, kills: int) -> Run:
    return Run(
        command=f"python -m evaluation.soak ARTICLES --minutes {minutes:g} --kills {kills}",
        commit=commit(),
        machine=f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
    )


if __name__ == "__main__":
    main()
