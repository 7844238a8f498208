"""What there is to find in the training text, with hard negatives that the network chose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training import tokens
from training.batches import batches
from training.distillation import half
from training.network import Network, padded
from training.passages import Section
from training.retrieval import Asked
from training.texts import Pair, key
from training.tokens import Ids

HARDEST = 30
"""Hard negatives are among so many sections that look most like what a title asks for."""
NEGATIVES = 8
"""Of each section."""
TOO_LIKE = 0.95
"""A section whose cosine to the title is more than this share of its own text's may answer too.

Source: Moreira et al. 2024 (positive-aware mining), arXiv:2407.15831.
"""
LEAST_LIKE = 0.3
"""Cosine from a title to its text: below it, they hardly belong together (a caption, a cell)."""
ROWS = 512
"""Titles that are compared with all sections at a time."""
BUDGET = 8_192
"""Tokens that are encoded at a time."""

Vectors = NDArray[np.float32]
"""A unit vector a row."""


def utterances(pairs: Sequence[Pair], cutter: Tokenizer, *, twice: Collection[str]) -> list[Asked]:
    """Each wording of what is worded twice asks for its other wordings.

    ``twice`` are the sources whose English has two Chinese wordings.
    """
    found: list[Asked] = []
    own = [pair for pair in pairs if pair.source in twice]
    for number, (_, same) in enumerate(groupby(own, key=lambda pair: (pair.source, pair.place))):
        said = list(same)
        wordings = tokens.ids(cutter, [said[0].en, *(pair.zh for pair in said)])
        for place, wording in enumerate(wordings):
            others = (*wordings[:place], *wordings[place + 1 :])
            found.append(Asked((wording,), others, number))
    return found


def sections(network: Network, found: Sequence[Section], cutter: Tokenizer) -> list[Asked]:
    """Sections whose title fits their text, each with its hard negatives, in both languages."""
    titles = tokens.ids(cutter, [each.asked.en for each in found])
    answers = tokens.ids(cutter, [each.answer.en for each in found])
    asking, answering = encoded(network, titles), encoded(network, answers)
    fitting = np.flatnonzero((asking * answering).sum(axis=1) >= LEAST_LIKE).tolist()
    kept = [found[place] for place in fitting]
    chinese = tokens.ids(cutter, [each.asked.zh for each in kept])
    chinese_answers = tokens.ids(cutter, [each.answer.zh for each in kept])
    numbers: dict[str, int] = {}
    asked = [
        Asked(
            (titles[place], chinese[row]),
            (answers[place], chinese_answers[row]),
            numbers.setdefault(key(found[place].asked.en), len(numbers)),
        )
        for row, place in enumerate(fitting)
    ]
    hard = negatives(asking[fitting], answering[fitting])
    return [replace(each, negatives=wrong) for each, wrong in zip(asked, hard, strict=True)]


def negatives(asking: Vectors, answering: Vectors) -> Iterator[tuple[int, ...]]:
    """For each title the places of the texts most like it that hardly answer it, at most 8."""
    for start in range(0, len(asking), ROWS):
        scores = asking[start : start + ROWS] @ answering.T
        for row, each in enumerate(scores):
            nearest = np.argsort(-each, kind="stable")[:HARDEST]
            wrong = nearest[each[nearest] <= TOO_LIKE * each[start + row]]
            yield tuple(wrong[wrong != start + row][:NEGATIVES].tolist())


@torch.inference_mode()
def encoded(network: Network, ids: Sequence[Ids]) -> Vectors:
    """The vectors of texts, in their order; texts of like length go together."""
    made = np.zeros((len(ids), network.constant.shape[1]), dtype=np.float32)
    for places in batches([len(each) for each in ids], BUDGET, seed=0):
        texts = padded([ids[place] for place in places], str(network.constant.device))
        with half(texts):
            made[places] = network(texts).cpu().numpy()
    return made
