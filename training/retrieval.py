"""Learning to retrieve: a title or question finds its text, in and across languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from training import losses
from training.distillation import half
from training.loop import Loss
from training.network import Network, padded
from training.tokens import Ids

TEMPERATURE = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """Something to find, and what should be found, each in some wordings."""

    queries: tuple[Ids, ...]
    answers: tuple[Ids, ...]
    same: int
    """The number of its English query: two that share it answer each other."""
    negatives: tuple[int, ...] = ()
    """Places of what looks like an answer and is none."""


class Retrieval:
    """The task of finding each query's own answer, every wording of both by chance.

    Source: Henderson et al. 2017, arXiv:1705.00652.
    """

    name = "retrieval"

    def __init__(
        self, student: Network, asked: Sequence[Asked], plan: Sequence[Sequence[int]], seed: int
    ) -> None:
        self._student, self._asked, self._plan, self._seed = student, asked, plan, seed
        self._device = str(student.rows.device)

    @property
    def steps(self) -> int:
        """One for each batch."""
        return len(self._plan)

    def loss(self, step: int) -> Loss:
        """The loss of a step's batch; its wordings and negatives are drawn by seed and step."""
        chance = np.random.default_rng((self._seed, step))
        asked = [self._asked[place] for place in self._plan[step]]
        wrong = [self._asked[chance.choice(each.negatives)] for each in asked if each.negatives]
        queries = [_one(each.queries, chance) for each in asked]
        answers = [_one(each.answers, chance) for each in [*asked, *wrong]]
        forbidden = _forbidden(asked, wrong).to(self._device)
        loss = losses.ranking(
            self._vectors(queries), self._vectors(answers), forbidden, temperature=TEMPERATURE
        )
        read = sum(max(map(len, part)) * len(part) for part in (queries, answers))
        return Loss(loss, {"retrieval": loss.item()}, len(asked), read)

    def _vectors(self, ids: Sequence[Ids]) -> torch.Tensor:
        texts = padded(ids, self._device)
        with half(texts):
            vectors: torch.Tensor = self._student(texts)
        return vectors


def _one(wordings: Sequence[Ids], chance: np.random.Generator) -> Ids:
    return wordings[int(chance.integers(len(wordings)))]


def _forbidden(asked: Sequence[Asked], wrong: Sequence[Asked]) -> torch.Tensor:
    """Which answers are no negatives of which queries: those to the same English query."""
    queries = torch.tensor([each.same for each in asked]).unsqueeze(1)
    forbidden = queries == torch.tensor([each.same for each in [*asked, *wrong]])
    forbidden[:, : len(asked)].fill_diagonal_(fill_value=False)
    return forbidden
