"""The losses of every stage as pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.files import Folders

SMOOTH = 25
"""Steps that a point is the mean of: batches differ in length, and so in difficulty."""
NOT_LOSSES = {"step", "texts", "tokens", "seconds", "loss"}


def draw(folders: Folders) -> None:
    """Draw the log of each stage that has one, as ``stage-N/losses.svg``."""
    for log in sorted(folders.out.glob("stage-*/log.jsonl")):
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        _picture(dict(series(lines)), log.with_name("losses.svg"))


def series(
    lines: Sequence[Mapping[str, float]],
) -> Iterator[tuple[str, tuple[list[float], NDArray[np.float64]]]]:
    """Each part of the loss with its steps and smoothed values; steps without it are left out."""
    for name in sorted({name for line in lines for name in line} - NOT_LOSSES):
        own = [line for line in lines if name in line]
        window = min(SMOOTH, len(own))
        values = np.convolve([line[name] for line in own], np.ones(window) / window, "valid")
        yield name, ([line["step"] for line in own][window - 1 :], values)


def _picture(found: Mapping[str, tuple[list[float], NDArray[np.float64]]], path: Path) -> None:
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for name, (steps, values) in found.items():
        axes.plot(steps, values, label=name)
    axes.set(xlabel="step", ylabel=f"loss, mean of {SMOOTH} steps")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(path, metadata={"Date": None})
