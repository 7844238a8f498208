"""Where the rows of new tokens begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

SPREAD = 0.02
"""Noise beside the centroid, a fiftieth of a row's norm: equal rows would stay equal where equal
texts hold them."""
FLOOR = 0.9
"""Least norm, as a share of the median of learnt rows: shorter ones would hardly be heard, and
a rare name is what a text may be found by."""


def at_centroid(rows: Tensor, words: int, generator: torch.Generator) -> Tensor:
    """Rows ``(words, dimensions)``: those there are, the new ones at their centroid."""
    many = words - len(rows)
    noise = torch.randn((many, rows.shape[1]), generator=generator) * SPREAD
    return torch.cat([rows, rows.mean(0) + noise])


def composed(rows: Tensor, parts: Mapping[int, Sequence[int]]) -> Tensor:
    """Rows where each row in ``parts`` is the mean of its parts' rows."""
    made = rows.clone()
    for row, others in parts.items():
        made[row] = rows[list(others)].mean(0)
    return made


def floored(rows: Tensor, like: Tensor) -> Tensor:
    """Rows lengthened where their norm is below ``FLOOR`` of the median norm of ``like``."""
    norms = rows.norm(dim=1, keepdim=True)
    least = FLOOR * like.norm(dim=1).median()
    longer: Tensor = (least / norms.clamp(min=1e-6)).clamp(min=1.0)
    return rows * longer
