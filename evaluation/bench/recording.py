"""What keeping a search in the casebook adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from statistics import median

from evaluation.bench.timing import alternating
from kb.domain import Principal, Query, Scope
from kb.settings import Settings
from kb.wiring import open_kb

VISITOR = Principal("anonymous:bench", frozenset({Scope.SEARCH}))


def added_ms(settings: Settings, symptoms: Sequence[str], *, rounds: int) -> float:
    """Median milliseconds by which a kept search is slower than the same one that is not kept.

    Both are run in turns, each first every other time; the median is of each pair's difference.
    """
    with open_kb(settings) as kb:
        works = (
            lambda text: kb.trace(Query(text), VISITOR),
            lambda text: kb.search(Query(text), VISITOR),
        )
        alternating(works, symptoms)
        bare, kept = alternating(works, chain.from_iterable(repeat(symptoms, rounds)))
    return median(after - before for before, after in zip(bare, kept, strict=True))
