"""What speed and size must reach, and whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan

from evaluation.bench.peers import Absent, Name, Peer
from evaluation.bench.rivals import Quality
from evaluation.bench.searching import Growth
from evaluation.bench.sizes import Sized

MIDDLE, LARGE = 10_000, 100_000
HAYSTACK = frozenset({Name.HAYSTACK_MEMORY, Name.HAYSTACK_QDRANT})
HYBRID = HAYSTACK | {Name.TXTAI}
"""Peers that search by words and by meaning; all of them filter."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal with what was measured; both in the unit that the name gives."""

    name: str
    limit: float
    found: float
    """Not a number where nothing was measured."""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether what was found is within the limit; what was not measured never is."""
        return self.found >= self.limit if self.at_least else self.found <= self.limit


def goals(
    sizes: Mapping[int, Sized],
    peers: Mapping[int, Sequence[Peer | Absent]],
    quality: Quality | None,
    growth: Growth | None = None,
) -> list[Goal]:
    """The goals that what was measured can tell of."""
    middle = sizes.get(MIDDLE)
    found = list(_alone(middle)) if middle else []
    if growth:
        found.append(Goal("in process, p50 at 100,000 by p50 at 10,000", 1.5, growth.ratio))
    for size, each in peers.items():
        if size in sizes:
            found += _against(sizes[size], each, size)
    if quality:
        judged = [each for each in quality.peers.values() if isinstance(each, float)]
        best = max(judged, default=nan)
        name = f"nDCG@10 on {quality.dataset}, ours less the best peer's"
        found.append(Goal(name, 0.0, quality.ours - best, at_least=True))
    return found


def _alone(sized: Sized) -> Iterator[Goal]:
    encoder, served = sized.searching.encoder.p50, sized.served
    yield Goal("in process, p50 by the bare encoder's", 2.5, sized.searching.search.p50 / encoder)
    yield Goal("HTTP with 1 client, p50 by the bare encoder's", 4, served.one.latency.p50 / encoder)
    many = served.many
    answered = many.per_second * (1 - many.errors / max(many.latency.count, 1))
    yield Goal("HTTP with 8 clients, good answers a second", 150, answered, at_least=True)
    yield Goal("start to the first answer, seconds", 3, served.start_s)
    yield Goal("resident memory of the service, MB", 600, served.memory_mb)


def _against(sized: Sized, peers: Sequence[Peer | Absent], size: int) -> Iterator[Goal]:
    """Times that a peer's p50 is ours, both with a filter that a fifth of the chunks passes."""
    ours = sized.once.p50
    p50 = {each.name: each.p50_ms for each in peers if isinstance(each, Peer)}
    for names, times, who in ((HAYSTACK, 20, "Haystack's"), (HYBRID, 2, "the fastest hybrid's")):
        theirs = min((p50[name] for name in names if name in p50), default=nan)
        label = f"p50 of {who} pipeline by ours, {size:,} chunks, filtered"
        yield Goal(label, times, theirs / ours, at_least=True)
