"""Two ranked lists of chunks -> one order of solutions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.domain import ChunkId, Hit, Language, SolutionId, solution_of


@dataclass(frozen=True, slots=True)
class Fused:
    """A solution after fusion, with its evidence."""

    id: SolutionId
    score: float
    """In [0, 1]."""
    dense: float | None
    """Best cosine similarity of its chunks; ``None`` when the dense list lacks it."""
    lexical: float | None
    """Best BM25 score of its chunks; ``None`` when the lexical list lacks it."""
    hits: tuple[Hit, ...]
    """Its chunks in both lists, those of the lexical list first, each list best first."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two sides are weighed for one encoder."""

    dense: Mapping[Language, float]
    """The dense share in [0, 1] by the query's language; 0 leaves the dense side out."""
    least: float
    """Chunks of a lower cosine similarity have nothing to say."""


UNMEASURED = Fusion({Language.ZH: 0.5, Language.EN: 0.5}, -1.0)
"""For an encoder that was never measured: both sides alike."""
FUSIONS: Mapping[str, Fusion] = {
    "aac3454a07f47f81": Fusion({Language.ZH: 0.0, Language.EN: 0.6}, 0.2),
}
"""By encoder fingerprint; the shares were chosen on development data: evaluation/reports/fusion.md.

The packaged encoder reads English alone. A least cosine of .35 cost .010 nDCG@10 on
xquad-sent-en-en; .2 costs nothing there or on ms-symptom-en-hard, beside none at all.
"""


def fusion(encoder: str) -> Fusion:
    """The fusion for an encoder's fingerprint."""
    return FUSIONS.get(encoder, UNMEASURED)


def ranked(
    dense: Sequence[Hit], lexical: Sequence[Hit], *, weight: float, least: float = -1.0
) -> list[Fused]:
    """Solutions by fused score, best first; a solution's score on a side is its best chunk's.

    ``weight`` in [0, 1] is the dense share; dense hits below ``least`` are left out, at weight 0
    all of them.
    """
    close = [hit for hit in dense if weight and hit.score >= least]
    best_dense, best_lexical = best(close), best(lexical)
    evidence = _evidence((*lexical, *close))
    return [
        Fused(id_, score, best_dense.get(id_), best_lexical.get(id_), tuple(evidence[id_]))
        for id_, score in fuse(best_dense, best_lexical, weight=weight)
    ]


def best(hits: Iterable[Hit]) -> dict[SolutionId, float]:
    """The score of each solution's best chunk."""
    scores: dict[SolutionId, float] = {}
    for hit in hits:
        id_ = solution_of(hit.article)
        scores[id_] = max(hit.score, scores.get(id_, hit.score))
    return scores


def fuse(
    dense: Mapping[SolutionId, float], lexical: Mapping[SolutionId, float], *, weight: float
) -> list[tuple[SolutionId, float]]:
    """Fuse two score tables by convex combination, best first.

    Each table is scaled to [0, 1] by :func:`scaled`; a solution that one table lacks counts 0
    there. ``weight`` in [0, 1] is the dense share. Ties break by id. Two empty tables give an
    empty list.

    Source: Bruch, Gai & Ingber, TOIS 2023, arXiv:2210.11934.
    """
    scaled_dense, scaled_lexical = scaled(dense), scaled(lexical)
    scores = {
        id_: weight * scaled_dense.get(id_, 0.0) + (1 - weight) * scaled_lexical.get(id_, 0.0)
        for id_ in dense.keys() | lexical.keys()
    }
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def scaled(scores: Mapping[SolutionId, float]) -> dict[SolutionId, float]:
    """Scores in [0, 1] by the table's own minimum and maximum; equal scores are all 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {id_: (score - low) / (high - low) for id_, score in scores.items()}


def _evidence(hits: Iterable[Hit]) -> dict[SolutionId, list[Hit]]:
    evidence: dict[SolutionId, dict[ChunkId, Hit]] = {}
    for hit in hits:
        evidence.setdefault(solution_of(hit.article), {}).setdefault(hit.chunk, hit)
    return {id_: list(found.values()) for id_, found in evidence.items()}
