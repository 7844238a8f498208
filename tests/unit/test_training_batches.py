"""What is visited when, and what is counted: plain numbers."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from kb.domain import Language
from training import ablation, batches, curves, distillation, loop, measure, mining
from training.distillation import Item
from training.tokens import Ids


def ids(*numbers: int) -> Ids:
    return np.array([1, *numbers, 2], dtype=np.int32)


@pytest.mark.parametrize("budget", [50, 200])
def test_batches_keep_within_their_budget_and_hold_every_item_once(budget: int) -> None:
    lengths = np.random.default_rng(1).integers(3, 120, size=500).tolist()

    made = batches.batches(lengths, budget, seed=2)

    assert sorted(place for batch in made for place in batch) == list(range(500))
    for batch in made:
        assert len(batch) == 1 or max(lengths[place] for place in batch) * len(batch) <= budget
    assert made == batches.batches(lengths, budget, seed=2)
    assert made != batches.batches(lengths, budget, seed=3)


def test_sources_are_visited_by_their_share() -> None:
    sources = ["tatoeba"] * 100 + ["ms_teams_skype_zhcn"] * 1_000 + ["ms_edge_zhcn"] * 100

    drawn = [sources[place] for place in batches.visits(sources, 10_000, seed=1)]

    assert len(drawn) == 10_000
    assert drawn.count("tatoeba") / drawn.count("ms_edge_zhcn") == pytest.approx(2, rel=0.05)
    assert drawn.count("ms_teams_skype_zhcn") / drawn.count("ms_edge_zhcn") == pytest.approx(
        1.5, rel=0.1
    )


def test_of_nothing_nothing_is_visited() -> None:
    assert batches.visits([], 10, seed=1) == []
    assert batches.batches([], 10, seed=1) == []


def test_english_has_its_share_of_the_tokens() -> None:
    items = [Item(ids(*[10] * (n % 9 + 1)), ids(*[30] * (n % 7 + 1)), n) for n in range(400)]

    plan = distillation.plan(items, 64, seed=1)

    english = [place for batch in plan if batch.lang is Language.EN for place in batch.places]
    chinese = [place for batch in plan if batch.lang is Language.ZH for place in batch.places]
    tokens = sum(len(items[place].en) for place in english)
    assert sorted(chinese) == list(range(400))
    assert tokens / (tokens + sum(len(items[place].zh) for place in chinese)) == pytest.approx(
        distillation.ENGLISH, abs=0.01
    )


def test_accuracy_counts_equal_texts_as_right() -> None:
    scores = np.array([[0.1, 0.9, 0], [0.2, 0.8, 0], [0.9, 0, 0.1]], dtype=np.float32)

    assert measure.accuracy(["保存", "保存。", "打印"], scores) == pytest.approx(2 / 3)
    assert measure.accuracy([], np.zeros((0, 1), dtype=np.float32)) == 0


def test_a_stage_is_told_by_kind_of_source_and_each_of_our_own_by_itself() -> None:
    def ways(zh: float, en: float) -> dict[str, float]:
        return {"pairs": 9.0, "zh-en": zh, "en-zh": en}

    found = {
        "tatoeba": ways(0.9, 0.8),
        "words": ways(0.5, 0.4),
        "ms_intune_zhcn": ways(0.6, 0.4),
        "gnome_help_zhcn": ways(0.2, 0.2),
        "android_settings_zh-rCN": ways(0.7, 0.5),
        "magento_zhcn": ways(0.5, 0.1),
    }

    assert ablation.summary(found, ["words"]) == {
        "tatoeba zh-en": 0.9,
        "tatoeba en-zh": 0.8,
        "words zh-en": 0.5,
        "words en-zh": 0.4,
        "documents zh-en": 0.4,
        "documents en-zh": 0.3,
        "interface strings zh-en": 0.6,
        "interface strings en-zh": 0.3,
    }


def test_a_stage_is_measured_on_the_sets_that_are_there(tmp_path: Path) -> None:
    for name in (*ablation.SETS[2:4], "a-large-set"):
        (tmp_path / name).mkdir()

    assert ablation.sets(tmp_path) == list(ablation.SETS[2:4])
    assert ablation.sets(tmp_path / "nowhere") == []


def test_the_figures_of_a_stage_hold_until_it_is_trained_anew(tmp_path: Path) -> None:
    figures, weights = tmp_path / "figures.json", tmp_path / "weights.pt"
    weights.touch()
    assert not ablation.is_newer(figures, weights)

    figures.touch()
    assert ablation.is_newer(figures, weights)

    os.utime(weights, ns=(figures.stat().st_mtime_ns + 1,) * 2)
    assert not ablation.is_newer(figures, weights)


def test_curves_leave_out_steps_that_lack_a_part() -> None:
    lines = [{"step": n, "loss": 1.0, "seconds": 1.0, "distance": float(n)} for n in range(3)]

    found = dict(curves.series([*lines, {"step": 3, "loss": 1.0, "english": 0.5}]))

    assert {name: steps for name, (steps, _) in found.items()} == {"distance": [2], "english": [3]}
    assert found["distance"][1].tolist() == [1.0]


def test_hard_negatives_look_like_the_answer_and_are_no_answers() -> None:
    angles = np.array([0.0, 0.02, 0.5, 0.8, 3.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    found = list(mining.negatives(vectors[:1], vectors))

    assert found == [(2, 3, 4)]


def test_rates_rise_to_their_highest_and_fall_to_nothing() -> None:
    shares = [loop.share(step, 100, 10) for step in range(100)]

    assert max(shares) == shares[9] == shares[10] == 1
    assert shares[:9] == sorted(shares[:9])
    assert shares[10:] == sorted(shares[10:], reverse=True)
    assert 0 < shares[-1] < 0.02
