"""A search in process against the bare encoder, and what each of its stages takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from statistics import median

from evaluation.bench.timing import Timing, alternating, timing
from kb.domain import Environment, Principal, Query, Scope, visibility
from kb.errors import IndexUnavailable
from kb.generation import Generation, open_current
from kb.search import Searcher
from kb.wiring import Parts

CUSTOMER = visibility(Principal("anonymous:bench", frozenset({Scope.SEARCH})))
WARM_UP = 2
"""Rounds that are not counted."""
DEPTH = 10
"""Solutions that are asked for where peers are asked for ten chunks."""


@dataclass(frozen=True, slots=True)
class Searching:
    """Searches for the same symptoms, in turns with encoding them alone."""

    chunks: int
    encoder: Timing
    search: Timing
    stages: Mapping[str, float]
    """Median milliseconds of each stage of a search."""


def measured(parts: Parts, symptoms: Sequence[str], *, rounds: int) -> Searching:
    """Search every symptom so many times in the served generation.

    Raises :class:`kb.errors.IndexUnavailable` without one.
    """
    with _opened(parts) as generation:
        searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
        stages: dict[str, list[float]] = {}

        def searched(text: str) -> None:
            trace = searcher.trace(generation, Query(text), CUSTOMER)
            for stage, took in trace.milliseconds.items():
                stages.setdefault(stage, []).append(took)

        works = (parts.encoder.encode, searched)
        alternating(works, chain.from_iterable(repeat(symptoms, WARM_UP)))
        stages.clear()
        bare, search = alternating(works, chain.from_iterable(repeat(symptoms, rounds)))
        return Searching(
            chunks=generation.statistics.chunks,
            encoder=timing(bare),
            search=timing(search),
            stages={stage: median(took) for stage, took in stages.items()},
        )


@dataclass(frozen=True, slots=True)
class Growth:
    """The same searches in a smaller and a larger index, in turns."""

    smaller: int
    """Chunks."""
    larger: int
    small: Timing
    large: Timing

    @property
    def ratio(self) -> float:
        """The larger one's p50 by the smaller one's."""
        return self.large.p50 / self.small.p50


def growth(smaller: Parts, larger: Parts, symptoms: Sequence[str], *, rounds: int) -> Growth:
    """Search every symptom so many times in both served generations, one after the other.

    Raises :class:`kb.errors.IndexUnavailable` without one.
    """
    with _opened(smaller) as few, _opened(larger) as many:
        searcher = Searcher(smaller.encoder, smaller.lexicon, smaller.vocabulary)

        def searched(generation: Generation, text: str) -> None:
            searcher.trace(generation, Query(text), CUSTOMER)

        works = (partial(searched, few), partial(searched, many))
        alternating(works, chain.from_iterable(repeat(symptoms, WARM_UP)))
        small, large = alternating(works, chain.from_iterable(repeat(symptoms, rounds)))
        chunks = few.statistics.chunks, many.statistics.chunks
        return Growth(*chunks, timing(small), timing(large))


def once(parts: Parts, symptoms: Sequence[str], *, product: str, warm_up: int) -> Timing:
    """Search each symptom once, with a product stated that a fifth of the articles is for.

    The first ``warm_up`` are searched before, twice, without being timed: so are the peers.
    """
    stated = Environment(products=(product,))
    with _opened(parts) as generation:
        searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)

        def searched(text: str) -> None:
            searcher.trace(generation, Query(text, stated, limit=DEPTH), CUSTOMER)

        alternating((searched, searched), symptoms[:warm_up])
        (took,) = alternating((searched,), symptoms)
        return timing(took)


@contextmanager
def _opened(parts: Parts) -> Iterator[Generation]:
    current = open_current(parts.store)
    if current is None:
        raise IndexUnavailable("nothing is indexed: ingest first")
    with closing(Generation(*current)) as generation:
        yield generation
