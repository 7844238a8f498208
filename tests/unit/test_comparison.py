from __future__ import annotations

import random

import pytest

from evaluation.comparison import compared


def noisy(seed: int, shift: float) -> tuple[dict[str, float], dict[str, float]]:
    chance = random.Random(seed)
    before = {f"q{number}": chance.random() for number in range(200)}
    return before, {id_: value + chance.gauss(shift, 0.2) for id_, value in before.items()}


def test_a_real_gain_is_told_from_chance() -> None:
    better = compared(*noisy(1, 0.08))
    chance = compared(*noisy(2, 0.0))

    assert better.p < 0.01 < better.low
    assert better.low < better.difference < better.high
    assert chance.p > 0.05
    assert chance.low < 0 < chance.high


def test_the_test_holds_its_level() -> None:
    """Of many comparisons of what is alike, about one in twenty has p below .05."""
    below = sum(compared(*noisy(seed, 0.0)).p < 0.05 for seed in range(12))

    assert below <= 3


def test_wins_and_losses_are_counted_by_query_worst_first() -> None:
    before = {"a": 1.0, "b": 0.5, "c": 0.2, "d": 0.0, "only before": 1.0}
    after = {"a": 0.0, "b": 0.25, "c": 0.2, "d": 1.0, "only after": 1.0}

    found = compared(before, after)

    assert found.changes == {"a": -1.0, "b": -0.25, "d": 1.0}
    assert list(found.changes) == ["a", "b", "d"]
    assert (found.queries, found.wins, found.losses) == (4, 1, 2)


def test_the_same_scores_differ_in_nothing() -> None:
    same = compared({"a": 0.5, "b": 1.0}, {"a": 0.5, "b": 1.0})

    assert (same.difference, same.low, same.high, same.p, same.changes) == (0.0, 0.0, 0.0, 1.0, {})


def test_comparing_again_gives_the_same() -> None:
    assert compared(*noisy(3, 0.02)) == compared(*noisy(3, 0.02))


def test_without_a_query_in_common_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no query"):
        compared({"a": 1.0}, {"b": 1.0})
