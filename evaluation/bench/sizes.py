"""Everything that is measured at one size of index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.bench import ingesting, load, processes, searching, text
from evaluation.bench.ingesting import Ingesting, Swap
from evaluation.bench.load import Load
from evaluation.bench.searching import Searching
from evaluation.bench.timing import Timing
from kb import chunking, markdown
from kb.settings import Settings
from kb.wiring import Parts, open_parts

UNLIMITED = "1000000"
"""Searches a minute: what is measured is not the limit."""
WARM_UP = 20
"""Symptoms that are searched before, where peers are compared: as many as theirs."""
MANY = 8
"""Clients at a time, the second time."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure."""

    rounds: int = 5
    """Times that every symptom is searched in process."""
    seconds: int = 15
    """Of each load over HTTP …"""
    swap_seconds: int = 30
    """… but of the one in which a new generation is taken up."""


@dataclass(frozen=True, slots=True)
class Served:
    """What was measured of a service."""

    start_s: float
    """From the start of a service's process to its first answer."""
    memory_mb: float
    """Of the service after its load."""
    one: Load
    many: Load
    """With :data:`MANY` clients."""
    swap: Swap


@dataclass(frozen=True, slots=True)
class Sized:
    """What was measured at one size."""

    articles: int
    ingesting: Ingesting
    searching: Searching
    once: Timing
    """Each symptom once, filtered: what peers are compared with."""
    served: Served


def settings(state: Path) -> dict[str, str]:
    """The environment of every command."""
    return {"FIXPOINT_STATE": str(state), "FIXPOINT_SEARCH_PER_MINUTE": UNLIMITED}


def articles(sources: Sequence[str], wanted: int, folder: Path, parts: Parts) -> int:
    """Write articles of at least so many chunks into a folder; how many articles."""

    def chunks(content: str) -> int:
        read = markdown.article(content, path="article.md")
        tokens, limit = parts.encoder.tokens, parts.encoder.max_tokens
        return len(chunking.chunks(read, tokens=tokens, max_tokens=limit))

    return text.write(text.articles(sources, wanted, chunks), folder)


def measured(
    sources: Sequence[str], wanted: int, symptoms: Sequence[str], work: Path, effort: Effort
) -> Sized:
    """Measure at so many chunks, in folders below ``work``."""
    folder, state = work / f"articles-{wanted}", work / f"state-{wanted}"
    number = articles(sources, wanted, folder, open_parts(Settings(state=state)))
    environment = settings(state)
    ingests = ingesting.measured(folder, state, environment)
    parts = open_parts(Settings(state=state))
    product = text.PRODUCTS[0]
    found = searching.measured(parts, symptoms, rounds=effort.rounds)
    once = searching.once(parts, symptoms, product=product, warm_up=WARM_UP)
    wait_s = max(effort.seconds * 2, int(3 * ingests.hundredth.seconds) + 10)
    served = _served(folder, symptoms, environment, replace(effort, swap_seconds=wait_s))
    return Sized(number, ingests, found, once, served)


def _served(
    folder: Path, symptoms: Sequence[str], environment: Mapping[str, str], effort: Effort
) -> Served:
    bodies: list[object] = [{"symptom": symptom} for symptom in symptoms]
    with processes.service(**environment) as service:
        load.searches(service.url, bodies, clients=1, seconds=2)
        one, many = (
            load.searches(service.url, bodies, clients=clients, seconds=effort.seconds)
            for clients in (1, MANY)
        )
        memory = service.memory_mb()
        swap = ingesting.swapped(service, bodies, folder, environment, seconds=effort.swap_seconds)
        return Served(service.start_s, memory, one, many, swap)
