"""Several tasks as one, their steps mixed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.loop import Loss, Task


class Mixture:
    """The task of doing every step of every task, in an order that a seed decides.

    The steps of one task keep their own order.
    """

    def __init__(self, tasks: Sequence[Task], seed: int) -> None:
        self._tasks = tasks
        whose = [number for number, task in enumerate(tasks) for _ in range(task.steps)]
        np.random.default_rng(seed).shuffle(whose)
        done = [0] * len(tasks)
        self._order: list[tuple[int, int]] = []
        for number in whose:
            self._order.append((number, done[number]))
            done[number] += 1

    @property
    def name(self) -> str:
        """Those of all."""
        return " + ".join(task.name for task in self._tasks)

    @property
    def steps(self) -> int:
        """Those of all."""
        return len(self._order)

    def loss(self, step: int) -> Loss:
        """The loss of the step of the task whose turn it is."""
        number, own = self._order[step]
        return self._tasks[number].loss(own)
