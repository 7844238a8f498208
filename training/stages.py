"""What each stage learns from, how long, and how fast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from training import (
    batches,
    distillation,
    loop,
    mining,
    network,
    passages,
    texts,
    tokens,
    vocabulary,
)
from training.alignment import Cutters
from training.distillation import Distillation
from training.files import Folders
from training.loop import Keeping, Rates, Task
from training.mixture import Mixture
from training.network import Network
from training.pairs import worded_twice
from training.passages import Passage
from training.retrieval import Asked, Retrieval
from training.texts import Pair


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a stage is run."""

    visits: int
    """To sentences, and as many to each of passages and sections, where the stage has those."""
    budget: int
    """Tokens of a batch in one language, padding included."""
    rates: Rates


RECIPES = {
    1: Recipe(500_000, 4_096, Rates(rows=1e-3, body=1e-4)),
    2: Recipe(30_000, 4_096, Rates(rows=3e-4, body=5e-5)),
    3: Recipe(40_000, 4_096, Rates(rows=2e-4, body=3e-5)),
}
LONGER = 2
"""The stage from which on passages are read, beside as many sentences, which must
not be forgotten."""
FINDING = 3
"""The stage from which on titles find their texts."""
FINDING_BUDGET = 8_192
"""Tokens of a batch of titles with their texts: the more texts, the more there is to tell apart."""
UTTERANCES = 2
"""Visits in stage 3 to each wording of what is worded twice."""


@dataclass(frozen=True, slots=True)
class Run:
    """What decides a run of a stage."""

    folders: Folders
    number: int
    recipe: Recipe
    seed: int
    device: str = "cpu"


def run(run: Run) -> None:
    """Train a stage from the weights of the one before it, or from its own checkpoint."""
    cutters = Cutters(tokens.words(run.folders), tokens.characters(run.folders))
    student = opened(run.folders, run.number - 1, run.device)
    pairs = texts.read(run.folders.training)
    task = Mixture(list(_tasks(run, cutters, student, pairs)), run.seed)
    print(f"stage {run.number}: {task.steps} steps")
    loop.train(student, task, run.recipe.rates, Keeping(run.folders.stage(run.number)))


def opened(folders: Folders, number: int, device: str = "cpu") -> Network:
    """The network as a stage left it."""
    learns = sorted(vocabulary.chinese_ids(tokens.words(folders)).values())
    state = loop.load(folders.weights(number))
    student = Network(network.english(), torch.zeros_like(state["constant"]), learns)
    student.load_state_dict(state)
    return student.to(device)


def _tasks(run: Run, cutters: Cutters, student: Network, pairs: Sequence[Pair]) -> Iterator[Task]:
    """Sentences in every stage, passages from the second on, what there is to find in the third."""
    seed, visits = run.seed + run.number, run.recipe.visits
    said = _visited([Passage(pair.source, pair.en, pair.zh) for pair in pairs], visits, seed)
    if run.number >= LONGER:
        said += _visited(passages.passages(pairs, seed), visits, seed)
    items = distillation.items([(each.en, each.zh) for each in said], cutters, seed)
    plan = distillation.plan(items, run.recipe.budget, seed)
    teacher = network.teacher(len(student.constant)).to(run.device)
    yield Distillation(student, teacher, items, plan)
    if run.number >= FINDING:
        said_twice = mining.utterances(pairs, cutters.words, twice=worded_twice())
        yield _retrieval(run, said_twice * UTTERANCES, student)
        titled = passages.sections(pairs)
        sources = [each.asked.source for each in titled]
        chosen = sorted(set(batches.visits(sources, visits, seed)))
        found = mining.sections(student, [titled[place] for place in chosen], cutters.words)
        yield _retrieval(run, found, student)


def _visited(passages: Sequence[Passage], many: int, seed: int) -> list[Passage]:
    sources = [each.source for each in passages]
    return [passages[place] for place in batches.visits(sources, many, seed)]


def _retrieval(run: Run, asked: Sequence[Asked], student: Network) -> Retrieval:
    lengths = [2 * max(map(len, each.answers)) for each in asked]
    plan = batches.batches(lengths, FINDING_BUDGET, run.seed + run.number)
    return Retrieval(student, asked, plan, run.seed)
