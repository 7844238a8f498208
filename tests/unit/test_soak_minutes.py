"""The soak's minutes: how fast the service was, and what memory it held."""

from __future__ import annotations

import pytest

from evaluation.soak.callers import Timed
from evaluation.soak.memory import Memory, Watch, growth, parsed
from evaluation.soak.minutes import Minute, minutes, percentile
from evaluation.soak.promises import Broken
from tests.unit.answering import Some

ROLLUP = """559b0e6c8000-7ffd4b9f2000 ---p 00000000 00:00 0                          [rollup]
Rss:              204800 kB
Pss:              190000 kB
Anonymous:        102400 kB
"""


def test_memory_is_what_the_kernel_says_in_bytes() -> None:
    assert parsed(ROLLUP, at_s=3) == Memory(3, resident=200 * 2**20, anonymous=100 * 2**20)


def test_a_process_that_has_ended_is_told() -> None:
    with pytest.raises(Broken, match="process -1 has ended by itself"):
        Watch(-1)(Some(1))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], 0),
        ([1, 2, 3], 0),
        ([50, 100, 100, 100], 0),
        ([50, 100, 300, 110], 0.1),
        ([1, 1, 100, 100, 100, 100, 90, 90], -0.1),
    ],
)
def test_growth_is_the_last_quarter_over_the_second(held: list[int], expected: float) -> None:
    seen = [Memory(0, size, 7) for size in held]

    assert growth(seen, lambda memory: memory.resident) == pytest.approx(expected)
    assert growth(seen, lambda memory: memory.anonymous) == 0


def test_a_minute_counts_its_requests_and_the_generations_that_are_new_in_it() -> None:
    times = [
        Timed(101, 0.010, search=True, generation="g1"),
        Timed(102, 0.500, search=False),
        Timed(159, 0.030, search=True, generation="g2"),
        Timed(161, 0.020, search=True, generation="g2"),
        Timed(170, 0.020, search=True, generation="g3"),
        Timed(220, 0.020, search=True, generation="g4"),
    ]
    held = [Memory(110, 1, 10), Memory(120, 3, 30), Memory(130, 2, 20)]

    first, second = minutes(times, held, began_s=100, number=2)

    assert first == Minute(3, 1, Memory(110, 2, 20), p50_ms=10, p99_ms=30)
    assert second == Minute(2, 1, None, p50_ms=20, p99_ms=20)


def test_a_minute_without_requests_is_told() -> None:
    assert minutes([], [], began_s=100, number=1) == [Minute(0, 0, None, p50_ms=0, p99_ms=0)]
    assert percentile([], 0.5) == 0
