"""What was answered and held in each minute of a load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from evaluation.soak.callers import Timed
from evaluation.soak.memory import Memory

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Minute:
    """What happened in one minute."""

    requests: int
    swaps: int
    """Generations that began to answer."""
    memory: Memory | None
    """The median of either kind; ``None`` if nobody looked."""
    p50_ms: float
    """Of the searches; 0 without any."""
    p99_ms: float


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share does not exceed (nearest rank); of none 0."""
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)] if values else 0.0


def minutes(
    times: Sequence[Timed], seen: Sequence[Memory], *, began_s: float, number: int
) -> list[Minute]:
    """What was answered and held in so many minutes from the beginning on."""
    known: set[str] = set()
    found = []
    for passed in range(number):
        start = began_s + passed * MINUTE_S
        asked = [each for each in times if start <= each.at_s < start + MINUTE_S]
        held = [each for each in seen if start <= each.at_s < start + MINUTE_S]
        names = {each.generation for each in asked} - {""}
        found.append(_minute(asked, held, swaps=len(names - known) - (not known and bool(names))))
        known |= names
    return found


def _minute(asked: Sequence[Timed], held: Sequence[Memory], *, swaps: int) -> Minute:
    milliseconds = [each.seconds * 1000 for each in asked if each.search]
    middle = (
        Memory(
            at_s=held[0].at_s,
            resident=int(median(each.resident for each in held)),
            anonymous=int(median(each.anonymous for each in held)),
        )
        if held
        else None
    )
    return Minute(
        requests=len(asked),
        swaps=swaps,
        memory=middle,
        p50_ms=percentile(milliseconds, 0.5),
        p99_ms=percentile(milliseconds, 0.99),
    )
