"""A search in process against the bare encoder, and what each of its stages takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, repeat
from statistics import median

from evaluation.bench.timing import Timing, alternating, timing
from kb.domain import Environment, Principal, Query, Scope, visibility
from kb.errors import IndexUnavailable
from kb.generation import Generation, open_current
from kb.search import Searcher, Trace
from kb.wiring import Parts

CUSTOMER = visibility(Principal("anonymous:bench", frozenset({Scope.SEARCH})))
WARM_UP = 2
"""Rounds that are not counted."""


@dataclass(frozen=True, slots=True)
class Searching:
    """Searches for the same symptoms, in turns with encoding them alone."""

    chunks: int
    encoder: Timing
    search: Timing
    filtered: Timing
    """With a product stated that a fifth of the articles is for."""
    stages: Mapping[str, float]
    """Median milliseconds of each stage of an unfiltered search."""


def measured(parts: Parts, symptoms: Sequence[str], *, rounds: int, product: str) -> Searching:
    """Search every symptom so many times in the served generation.

    Raises :class:`kb.errors.IndexUnavailable` without one.
    """
    current = open_current(parts.store)
    if current is None:
        raise IndexUnavailable("nothing is indexed: ingest first")
    name, index = current
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    with closing(Generation(name, index)) as generation:
        stages: dict[str, list[float]] = {}

        def answer(stated: Environment) -> Callable[[str], Trace]:
            return lambda text: searcher.trace(generation, Query(text, stated), CUSTOMER)

        def staged(text: str) -> Trace:
            trace = answer(Environment())(text)
            for stage, took in trace.milliseconds.items():
                stages.setdefault(stage, []).append(took)
            return trace

        filtered = answer(Environment(products=(product,)))
        works = (parts.encoder.encode, staged, filtered)
        alternating(works, chain.from_iterable(repeat(symptoms, WARM_UP)))
        stages.clear()
        bare, search, few = alternating(works, chain.from_iterable(repeat(symptoms, rounds)))
        return Searching(
            chunks=generation.statistics.chunks,
            encoder=timing(bare),
            search=timing(search),
            filtered=timing(few),
            stages={stage: median(took) for stage, took in stages.items()},
        )
