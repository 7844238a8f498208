"""The loop that every stage of the whole network shares: steps, checkpoints, a log."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from training.files import whole
from training.network import Network

LEAST_CLIP = 1.0
"""Norm that gradients are cut to: one odd batch must not undo a thousand."""
DECAY = 0.01
"""Weight decay of the body; word rows have none, or rare ones would fade."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What one step is to minimise, and what it is made of."""

    total: Tensor
    parts: Mapping[str, float]
    texts: int
    tokens: int
    """Of all rectangles that the network read, padding included."""


class Task(Protocol):
    """What a stage learns from: the same loss for the same step and weights, whenever asked."""

    @property
    def name(self) -> str:
        """Differs between tasks that must not go on from each other's checkpoints."""

    @property
    def steps(self) -> int:
        """How many there are."""

    def loss(self, step: int) -> Loss:
        """The loss of a step, from 0."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Learning rates at their highest: linear warm-up, then linear decay to nothing."""

    rows: float
    """Of the Chinese word rows."""
    body: float
    """Of all else."""
    warm_up: int = 60
    """Steps."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where and how often a run keeps its state."""

    folder: Path
    every_s: float = 180
    """Seconds from checkpoint to checkpoint."""
    clock: Callable[[], float] = time.monotonic

    @property
    def checkpoint(self) -> Path:
        """Weights, optimizer and step; gone when the stage is done."""
        return self.folder / "checkpoint.pt"

    @property
    def log(self) -> Path:
        """A JSON line for each step."""
        return self.folder / "log.jsonl"

    @property
    def weights(self) -> Path:
        """What the stage ends with."""
        return self.folder / "weights.pt"


def train(network: Network, task: Task, rates: Rates, keeping: Keeping) -> None:
    """Train from the last checkpoint, or from the start; write weights at the end.

    An interrupted run, started again, ends with the weights of one that never was. Exits when the
    checkpoint is of another task.
    """
    optimizer = _optimizer(network, rates)
    plan = f"{task.name}, {task.steps} steps, {rates}"
    first = _resumed(network, optimizer, plan, keeping)
    saved = keeping.clock()
    with keeping.log.open("a", buffering=1, encoding="utf-8") as log:
        for step in range(first, task.steps):
            start = keeping.clock()
            loss = _step(network, optimizer, task, step, share(step, task.steps, rates.warm_up))
            log.write(_line(step, loss, keeping.clock() - start))
            if keeping.clock() - saved >= keeping.every_s:
                state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
                save(state | {"plan": plan, "step": step + 1}, keeping.checkpoint)
                saved = keeping.clock()
    save(network.state_dict(), keeping.weights)
    keeping.checkpoint.unlink(missing_ok=True)


def share(step: int, steps: int, warm_up: int) -> float:
    """The share of the highest rate at a step: above 0, 1 after the warm-up, then falling."""
    return min((step + 1) / warm_up, (steps - step) / max(steps - warm_up, 1), 1.0)


def save(state: object, path: Path) -> None:
    """Write a state whole or not at all."""
    with whole(path) as draft:
        torch.save(state, draft)


def load(path: Path) -> Any:  # noqa: ANN401  # what torch.load gives
    """A state that :func:`save` wrote; exits when there is none."""
    if not path.is_file():
        raise SystemExit(f"no {path}: run the stage before this one first")
    return torch.load(path, map_location="cpu", weights_only=True)


def _step(
    network: Network, optimizer: torch.optim.Optimizer, task: Task, step: int, share: float
) -> Loss:
    for group in optimizer.param_groups:
        group["lr"] = group["highest"] * share
    loss = task.loss(step)
    optimizer.zero_grad(set_to_none=True)
    loss.total.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    torch.nn.utils.clip_grad_norm_(network.parameters(), LEAST_CLIP)
    optimizer.step()
    return loss


def _line(step: int, loss: Loss, seconds: float) -> str:
    """A step's line in the log."""
    said = {"step": step, "loss": loss.total.item(), **loss.parts}
    said |= {"texts": loss.texts, "tokens": loss.tokens, "seconds": round(seconds, 4)}
    return json.dumps(said) + "\n"


def _optimizer(network: Network, rates: Rates) -> torch.optim.Optimizer:
    groups = [
        {"params": [network.rows], "highest": rates.rows, "weight_decay": 0.0},
        {"params": network.body(), "highest": rates.body, "weight_decay": DECAY},
    ]
    return torch.optim.AdamW(groups, lr=0.0)


def _resumed(
    network: Network, optimizer: torch.optim.Optimizer, plan: str, keeping: Keeping
) -> int:
    """Restore what was kept; the step to go on with."""
    if not keeping.checkpoint.is_file():
        _keep_lines(keeping, 0)
        return 0
    state = load(keeping.checkpoint)
    if state["plan"] != plan:
        raise SystemExit(
            f"{keeping.checkpoint} is of another run ({state['plan']}, not {plan}): go on with"
            " the same options, or delete it"
        )
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    _keep_lines(keeping, state["step"])
    return int(state["step"])


def _keep_lines(keeping: Keeping, many: int) -> None:
    """Drop what the log says of steps that will be done again."""
    lines = keeping.log.read_text("utf-8").splitlines(keepends=True) if many else []
    with whole(keeping.log) as draft:
        draft.write_text("".join(lines[:many]), "utf-8")
