"""How the encoder is trained: in batches that fit, resumed exactly, its English rows untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.testing import assert_close
from transformers import BertConfig, BertModel

from training import distillation, loop, losses, rows
from training.distillation import Distillation, Item
from training.loop import Keeping, Loss, Rates
from training.mixture import Mixture
from training.network import Network, padded
from training.retrieval import Asked, Retrieval
from training.tokens import Ids

WORDS, WIDE = 40, 16
CHINESE = [5, *range(30, 40)]
RATES = Rates(rows=1e-2, body=1e-3, warm_up=2)


def bert() -> BertModel:
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=WORDS, hidden_size=WIDE, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    made = BertModel(config, add_pooling_layer=False)
    made.set_attn_implementation("eager")
    return made


@pytest.fixture(autouse=True, scope="module")
def one_core() -> Iterator[None]:
    """Matrices this small only lose by a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def network(learns: Sequence[int] = CHINESE) -> Network:
    made = bert()
    return Network(made, made.embeddings.word_embeddings.weight.detach(), learns)


def ids(*numbers: int) -> Ids:
    return np.array([1, *numbers, 2], dtype=np.int32)


ITEMS = [Item(ids(10 + n, 20), ids(30 + n, 31, 5), n) for n in range(8)]


def distilled(student: Network) -> Distillation:
    return Distillation(student, network([]), ITEMS, distillation.plan(ITEMS, 10, seed=3))


class PowerCut(Exception):
    """What ends a run at any moment."""


class CutOff:
    """A task whose power is cut before a step."""

    def __init__(self, task: loop.Task, at: int) -> None:
        self._task, self._at = task, at
        self.name, self.steps = task.name, task.steps

    def loss(self, step: int) -> Loss:
        if step == self._at:
            raise PowerCut
        return self._task.loss(step)


def trained(folder: Path, *, cut: Sequence[int] = (), every_s: float = 0) -> Network:
    """A network trained in ``folder``, by as many processes as there are power cuts, and one."""
    for at in cut:
        student = network()
        with pytest.raises(PowerCut):
            loop.train(student, CutOff(distilled(student), at), RATES, Keeping(folder, every_s))
    student = network()
    loop.train(student, distilled(student), RATES, Keeping(folder, every_s))
    return student


def logged(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("every_s", [0, 1_000])
def test_an_interrupted_run_ends_with_the_weights_of_one_that_was_not(
    tmp_path: Path, every_s: float
) -> None:
    straight = trained(tmp_path / "straight").state_dict()

    resumed = trained(tmp_path / "cut", cut=(2, 4), every_s=every_s).state_dict()

    assert not torch.equal(straight["rows"], network().state_dict()["rows"])
    for name, weights in straight.items():
        assert torch.equal(weights, resumed[name]), name
    steps = [line["step"] for line in logged(tmp_path / "cut")]
    assert steps == list(range(distilled(network()).steps))
    assert not (tmp_path / "cut" / "checkpoint.pt").exists()


def test_the_weights_that_a_stage_ends_with_open_again(tmp_path: Path) -> None:
    student = trained(tmp_path)

    again = network()
    again.load_state_dict(loop.load(tmp_path / "weights.pt"))

    texts = padded([ids(30, 31)])
    assert torch.equal(student(texts), again(texts))


def test_a_checkpoint_of_another_plan_is_not_gone_on_with(tmp_path: Path) -> None:
    student = network()
    with pytest.raises(PowerCut):
        loop.train(student, CutOff(distilled(student), 2), RATES, Keeping(tmp_path, 0))

    with pytest.raises(SystemExit, match=r"checkpoint\.pt is of another run"):
        loop.train(student, distilled(student), Rates(rows=1, body=1), Keeping(tmp_path, 0))


def test_a_stage_without_its_predecessor_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"weights\.pt"):
        loop.load(tmp_path / "weights.pt")


def test_english_rows_stay_and_chinese_rows_learn(tmp_path: Path) -> None:
    before = network().words()

    after = trained(tmp_path).words()

    changed = (before != after).any(dim=1).nonzero().flatten().tolist()
    assert set(changed) <= set(CHINESE)
    assert {5, 30, 31} <= set(changed)


def test_chinese_comes_near_the_english_of_the_teacher(tmp_path: Path) -> None:
    student = network()
    plan = distillation.plan(ITEMS, 100, seed=3) * 15

    loop.train(student, Distillation(student, network([]), ITEMS, plan), RATES, Keeping(tmp_path))

    distances = [line["distance"] for line in logged(tmp_path) if "distance" in line]
    assert distances[-1] < distances[0] / 2


def test_padding_changes_no_vector() -> None:
    short, long = ids(10), ids(30, 31, 32, 33)

    alone, together = network()(padded([short])), network()(padded([short, long]))

    assert_close(alone[0], together[0])
    assert_close(together.norm(dim=1), torch.ones(2))


def test_the_whole_bert_gives_the_vectors_of_the_network(tmp_path: Path) -> None:
    student = trained(tmp_path)
    texts = padded([ids(30, 5, 10)])
    wanted = student(texts)

    tokens = student.whole()(texts.ids, texts.mask).last_hidden_state

    assert_close(torch.nn.functional.normalize(tokens.mean(1), dim=1), wanted)


def test_equal_english_texts_are_no_negatives_of_each_other() -> None:
    vectors = torch.eye(2)[[0, 0, 1]]

    told = losses.contrast(vectors, vectors, torch.tensor([4, 4, 5]), temperature=0.05)
    apart = losses.contrast(vectors, vectors, torch.tensor([4, 6, 5]), temperature=0.05)

    assert told < 1e-6
    assert apart > 0.4


def test_a_hard_negative_costs_and_a_forbidden_one_does_not() -> None:
    queries, answers = torch.eye(3)[:2], torch.eye(3)[[0, 1, 0]]
    allowed = torch.zeros(2, 3, dtype=torch.bool)
    forbidden = allowed.clone()
    forbidden[0, 2] = True

    assert losses.ranking(queries, answers, allowed, temperature=0.05) > 0.3
    assert losses.ranking(queries, answers, forbidden, temperature=0.05) < 1e-6


def test_a_retrieval_step_draws_the_same_whenever_it_is_asked() -> None:
    asked = [
        Asked((ids(10 + n), ids(30 + n)), (ids(20), ids(33, 34)), n, negatives=(n - 1,))
        for n in range(1, 5)
    ]
    task = Retrieval(network(), asked, [[0, 1], [2, 3]], seed=1)

    assert task.steps == 2
    assert task.loss(1).total.item() == task.loss(1).total.item()
    assert task.loss(0).total.item() != task.loss(1).total.item()
    assert task.loss(0).texts == 2


def test_a_mixture_does_every_step_of_every_task_in_its_own_order() -> None:
    student = network()
    one, two = distilled(student), distilled(student)

    mixed = Mixture([one, two], seed=1)

    assert mixed.steps == one.steps + two.steps
    done = [mixed.loss(step).total.item() for step in range(mixed.steps)]
    wanted = [one.loss(step).total.item() for step in range(one.steps)]
    assert sorted(done) == sorted(wanted * 2)


def test_short_rows_are_lengthened_and_long_ones_stay() -> None:
    table = torch.tensor([[0.1, 0.0], [1.0, 0.0], [0.0, 2.0]])

    made = rows.floored(table, table)

    assert_close(made, torch.tensor([[0.9, 0.0], [1.0, 0.0], [0.0, 2.0]]))


def test_rare_words_begin_between_their_characters_and_new_rows_at_the_centroid() -> None:
    table = torch.tensor([[2.0, 0.0], [0.0, 2.0], [9.0, 9.0]])

    assert rows.composed(table, {2: [0, 1]})[2].tolist() == [1, 1]
    begun = rows.at_centroid(table, 5, torch.Generator().manual_seed(1))
    assert torch.equal(begun[:3], table)
    assert_close(begun[3:], table.mean(0).expand(2, -1), atol=0.1, rtol=0)
