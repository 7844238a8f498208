"""Points of every form, as the tests of the stores write and read them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.index import AllOf, Lookup, Point, Scored, Sparse, Store
from kb.names import number

LOCAL_WARNINGS = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]
"""What Qdrant says of its mode in memory, which stands for a server here."""

DIMENSIONS = 16
COUNT = 500
SYSTEMS = ("ios", "macos", "windows")
TEXTS = ("更新到一半报错 4013", "打印机脱机，无法打印", "The screen stays black", "Wi-Fi drops")
UNKNOWN = number("nobody")
NO_TERMS = Sparse(np.empty(0, np.uint32), np.empty(0, np.float32))
EVERYTHING = AllOf()


def _unit(random: np.random.Generator) -> NDArray[np.float32]:
    vector = random.standard_normal(DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _terms(random: np.random.Generator, count: int) -> Sparse:
    ids = np.sort(random.choice(np.arange(200, dtype=np.uint32) * 20_000_003, count, replace=False))
    return Sparse(ids, random.uniform(0.1, 3, count).astype(np.float32))


def _payload(number: int, random: np.random.Generator) -> dict[str, object]:
    low = int(random.integers(10, 20))
    payload: dict[str, object] = {
        "record": "chunk",
        "article": f"{'zh' if number % 3 else 'en'}/方案-{number % 40}",
        "lang": "zh" if number % 3 else "en",
        "audience": "internal" if number % 5 == 0 else "public",
        "products": [["phone"], ["phone", "tablet"], []][number % 3],
        "systems": [SYSTEMS[number % 3]] if number % 4 else [],
        "versions": [
            {"system": SYSTEMS[number % 3], "low": low, "high": low + 3},
            {"system": SYSTEMS[(number + 1) % 3], "low": 1, "high": 2},
        ]
        if number % 4
        else [],
        "text": TEXTS[number % 4],
        "position": number,
    }
    if number % 7 == 0:
        del payload["products"]
    return payload


def _points() -> list[Point]:
    random = np.random.default_rng(20261102)
    chunks = [
        Point(
            number(f"chunk {place}"),
            _payload(place, random),
            _unit(random),
            _terms(random, 12),
        )
        for place in range(COUNT)
    ]
    record = Point(number("record"), {"record": "article", "audience": "public"})
    return [*chunks, record]


POINTS = _points()
QUERY = Lookup(POINTS[7].dense, POINTS[8].lexical, EVERYTHING, limit=20, exact=True)  # type: ignore[arg-type]  # all but the last have both
Writer = Callable[[], Store]


def ordered(side: list[Scored]) -> list[int]:
    return [scored.id for scored in sorted(side, key=lambda scored: (-scored.score, scored.id))]


def dense(point: Point) -> NDArray[np.float32]:
    assert point.dense is not None
    return point.dense


def lexical(point: Point) -> Sparse:
    assert point.lexical is not None
    return point.lexical
