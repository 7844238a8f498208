"""Which pairs are visited when, and in what batches: decided by a seed, before training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

VISITS: Mapping[str, float] = {
    "tatoeba": 2.0,
    "utterances": 6.0,
    "trades": 6.0,
    "sentences": 6.0,
    "words": 5.0,
    "android_settings_zh-rCN": 2.0,
    "android_settings_zh-rTW": 1.0,
    "android_settings_zh-rHK": 1.0,
    "pocketcasts_zh": 2.0,
    "pocketcasts_zh-rTW": 1.0,
    "fenix_zh-rCN": 2.0,
    "fenix_zh-rTW": 1.0,
    "gnome_help_zhcn": 2.0,
    "ms_intune_zhcn": 0.6,
    "ms_surface_hololens_zhcn": 0.7,
    "ms_o365_service_desc_zhcn": 0.5,
    "ms_office_enterprise_zhcn": 0.4,
    "ms_teams_skype_zhcn": 0.15,
    "magento_zhcn": 0.5,
}
"""Visits to each pair of a source in one round, 1 for a source that is not named.

By how people translate and how near to support it is (``SOURCES.md`` beside the parallel text):
plain sentences of people most, machine translated server administration least.
"""
POOL = 20_000
"""Items that are sorted by length together: longer pools pad less, and mix less."""


def visits(sources: Sequence[str], many: int, seed: int) -> list[int]:
    """Places of ``many`` items to visit, by their sources, in rounds of :data:`VISITS`.

    There are none of no items.
    """
    if not sources:
        return []
    return list(islice(_rounds(sources, np.random.default_rng(seed)), many))


def batches(lengths: Sequence[int], budget: int, seed: int) -> list[list[int]]:
    """Places of items in batches of like length, in a mixed order.

    A batch's longest item times its size is at most ``budget`` tokens; an item that is longer
    than that is a batch of its own. Every item is in one batch.
    """
    chance = np.random.default_rng(seed)
    made: list[list[int]] = []
    for start in range(0, len(lengths), POOL):
        pool = sorted(range(len(lengths))[start : start + POOL], key=lengths.__getitem__)
        made += _filled(pool, lengths, budget)
    chance.shuffle(made)
    return made


def _rounds(sources: Sequence[str], chance: np.random.Generator) -> Iterator[int]:
    while True:
        drawn = [
            place for place, source in enumerate(sources) for _ in range(_times(source, chance))
        ]
        chance.shuffle(drawn)
        yield from drawn


def _times(source: str, chance: np.random.Generator) -> int:
    """A whole number whose mean is the source's share."""
    fraction, whole = math.modf(VISITS.get(source, 1.0))
    return int(whole) + (chance.random() < fraction)


def _filled(pool: Sequence[int], lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for place in pool:
        if batch and lengths[place] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
