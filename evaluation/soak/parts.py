"""Which parts fail, and how that is done on this machine."""

from __future__ import annotations

import random
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evaluation.soak import disk, postgres
from evaluation.soak.faults import Fault, FaultFound, observed
from evaluation.soak.promises import Broken
from evaluation.soak.publishing import revise
from evaluation.soak.site import Site, visible

STORE_GONE = "store directory removed, then ingested anew"
STORE_MOVED = "store directory moved away, then put back"
DISK_FULL = "disk of the state folder full"
POSTGRES = "PostgreSQL stopped ({mode}), then started"
QDRANT = "Qdrant server stopped, then started"


@dataclass(frozen=True, slots=True)
class Qdrant:
    """A Qdrant server that somebody lent, and the commands that stop and start it."""

    url: str
    stop: str
    start: str


def store(site: Site, chance: random.Random) -> list[FaultFound]:
    """The store directory goes while the service runs; the site is new."""
    index, aside = site.state / "index", site.folder / "aside"
    return observed(
        site,
        [
            Fault(STORE_GONE, partial(shutil.rmtree, index), partial(_ingest, site)),
            Fault(STORE_MOVED, partial(_move, index, aside), partial(_move, aside, index)),
        ],
        chance,
    )


def full_disk(template: Site, folder: Path, chance: random.Random) -> list[FaultFound]:
    """The disk of the state folder fills up, and an ingest is tried meanwhile."""
    try:
        with disk.small_disk(folder / "state"):
            site = template.another(folder)
            fill, free = partial(_fill, site, chance), partial(disk.free, site.state)
            fault = Fault(DISK_FULL, fill, free)
            return observed(site, [fault], chance)
    except disk.NoDisk as error:
        return [FaultFound(DISK_FULL, skipped=str(error))]


def database(template: Site, folder: Path, chance: random.Random) -> list[FaultFound]:
    """PostgreSQL stops in good order, then as in a crash."""
    names = {mode: POSTGRES.format(mode=mode) for mode in ("fast", "immediate")}
    programs = postgres.programs()
    if programs is None:
        reason = "there is no PostgreSQL below /usr/lib/postgresql"
        return [FaultFound(name, skipped=reason) for name in names.values()]
    with postgres.running(programs) as cluster:
        site = template.another(folder, casebook_url=cluster.url)
        faults = [
            Fault(name, partial(cluster.stop, mode), cluster.start) for mode, name in names.items()
        ]
        return observed(site, faults, chance)


def vectors(
    template: Site, folder: Path, chance: random.Random, qdrant: Qdrant | None
) -> list[FaultFound]:
    """A lent Qdrant server stops."""
    if qdrant is None:
        reason = "no server was lent: see --qdrant-url, --qdrant-stop and --qdrant-start"
        return [FaultFound(QDRANT, skipped=reason)]
    site = template.another(folder, qdrant_url=qdrant.url)
    fault = Fault(QDRANT, partial(_command, qdrant.stop), partial(_command, qdrant.start))
    return observed(site, [fault], chance)


def _fill(site: Site, chance: random.Random) -> None:
    """Fill the disk, and see that an ingest says so in a sentence."""
    disk.fill(site.state)
    revise(sorted(visible(site.articles)), chance)
    ended = site.ended("ingest")
    if ended.returncode != 1 or "Traceback" in ended.stderr:
        words = ended.stderr.strip().splitlines()[-1:]
        raise Broken(f"`fixpoint ingest` on a full disk ended with {ended.returncode}: {words}")


def _ingest(site: Site) -> None:
    site.run("ingest")


def _move(place: Path, to: Path) -> None:
    place.rename(to)


def _command(line: str) -> None:
    done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=False)  # noqa: S603 - the operator's own command
    if done.returncode:
        raise Broken(f"`{line}` ended with {done.returncode}: {done.stderr.strip()}")
