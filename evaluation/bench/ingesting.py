"""Ingest as its users run it: at first, again, after a change, and while the service answers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from evaluation.bench.load import Load, searches
from evaluation.bench.processes import Run, Service, command, disk_mb
from kb.errors import KbError

TAKEN_UP_S = 3
"""So long after an ingest its generation is served."""
ADDED = "\n\nOne more paragraph, so that the file has changed.\n"


@dataclass(frozen=True, slots=True)
class Ingesting:
    """Ingests of the same folder, one after the other."""

    first: Run
    """Nothing indexed, no vector cached."""
    again: Run
    """Nothing changed."""
    one: Run
    """One article changed."""
    hundredth: Run
    """One article of a hundred changed."""
    disk_mb: float
    """Of the index that is served then."""


def measured(folder: Path, state: Path, settings: Mapping[str, str]) -> Ingesting:
    """Ingest a folder of articles into an empty state; the folder's files are changed."""
    files = sorted(folder.rglob("*.md"))

    def ingest() -> Run:
        return command("ingest", str(folder), **settings)

    first, again = ingest(), ingest()
    _change(files[:1])
    one = ingest()
    _change(files[1::100] or files[1:2])
    return Ingesting(first, again, one, ingest(), disk_mb(state / "index"))


def _change(files: list[Path]) -> None:
    for file in files:
        file.write_text(file.read_text("utf-8") + ADDED, "utf-8")


@dataclass(frozen=True, slots=True)
class Swap:
    """Searches while another process ingests a change and the service takes it up."""

    load: Load
    ingest: Run


def swapped(
    service: Service,
    bodies: list[object],
    folder: Path,
    settings: Mapping[str, str],
    *,
    seconds: int,
) -> Swap:
    """Search with one client for so many seconds, in which one article of a hundred changes.

    Raises :class:`kb.errors.KbError` when the new generation was not taken up in that time.
    """
    before = service.generation()
    with ThreadPoolExecutor() as pool:
        load = pool.submit(searches, service.url, bodies, clients=1, seconds=seconds)
        _change(sorted(folder.rglob("*.md"))[2::100] or sorted(folder.rglob("*.md"))[:1])
        ingest = command("ingest", str(folder), **settings)
        if ingest.seconds + TAKEN_UP_S > seconds:
            raise KbError(f"an ingest of {ingest.seconds:.0f} s in a load of {seconds} s")
        swap = Swap(load.result(), ingest)
    if service.generation() == before:
        raise KbError("the service did not take the new generation up")
    return swap
