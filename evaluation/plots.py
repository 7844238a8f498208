"""Reports' pictures as SVG (door of matplotlib)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756")


def bars(
    path: Path, groups: Sequence[str], series: Mapping[str, Sequence[float]], *, label: str
) -> None:
    """Horizontal bars: a group of bars for each name, one bar a series, longest scale 1."""
    figure = Figure(figsize=(8, 0.45 + 0.25 * len(groups) * len(series)), layout="constrained")
    axes = figure.subplots()
    thick = 0.8 / len(series)
    for place, (name, values) in enumerate(series.items()):
        rows = [row + place * thick for row in range(len(groups))]
        drawn = axes.barh(rows, values, thick * 0.9, label=name, color=_COLOURS[place])
        axes.bar_label(drawn, fmt="%.3f", padding=3, fontsize=7)
    axes.set_yticks([row + 0.4 - thick / 2 for row in range(len(groups))], groups)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel(label)
    axes.legend(loc="lower right", fontsize=8)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    """Text stays text, and the same picture is the same bytes."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "fixpoint"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
