"""What the stages minimise; all vectors are unit vectors ``(texts, dimensions)``."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def distance(ours: Tensor, theirs: Tensor) -> Tensor:
    """One minus the cosine of each pair, on average: 0 to 2."""
    return 1 - (ours * theirs).sum(1).mean()


def contrast(ours: Tensor, theirs: Tensor, same: Tensor, *, temperature: float) -> Tensor:
    """InfoNCE: each of ours must find its own among all of theirs.

    ``same`` holds a number for each pair; two pairs of one number are no negatives of each other.

    Source: van den Oord et al. 2018, arXiv:1807.03748.
    """
    scores = ours @ theirs.T / temperature
    others = same.unsqueeze(1) == same.unsqueeze(0)
    others.fill_diagonal_(fill_value=False)
    own = torch.arange(len(ours), device=ours.device)
    return functional.cross_entropy(scores.masked_fill(others, -torch.inf), own)


def ranking(queries: Tensor, answers: Tensor, forbidden: Tensor, *, temperature: float) -> Tensor:
    """MultipleNegativesRanking: each query must find its own among all answers.

    The answer of query ``n`` is row ``n`` of ``answers``, which go on with hard negatives.
    ``forbidden``, ``(queries, answers)``, marks those that would answer too: no negatives.

    Source: Henderson et al. 2017, arXiv:1705.00652.
    """
    scores = (queries @ answers.T / temperature).masked_fill(forbidden, -torch.inf)
    return functional.cross_entropy(scores, torch.arange(len(queries), device=queries.device))
