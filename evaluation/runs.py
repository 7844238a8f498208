"""What each side of a search would answer alone, from a trace that kept every stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from evaluation.measures import DEPTH, Run
from kb import ranking
from kb.ranking import Fused
from kb.search import Trace


class Side(StrEnum):
    """Whose ranking it is."""

    LEXICAL = "lexical"
    DENSE = "dense"
    FUSED = "fused"
    """What the service answers."""


def runs(traces: Mapping[str, Trace]) -> dict[Side, Run]:
    """The ranking of every side for each trace, by query id."""
    return {side: {id_: _ranking(side, each) for id_, each in traces.items()} for side in Side}


def _ranking(side: Side, trace: Trace) -> list[str]:
    match side:
        case Side.LEXICAL:
            return best(ranking.ranked((), trace.hits.lexical, weight=0.0))
        case Side.DENSE:
            return best(ranking.ranked(trace.hits.dense, (), weight=1.0))
        case Side.FUSED:
            return best(trace.fused)


def best(fused: Sequence[Fused]) -> list[str]:
    """The ids of the first solutions, as deep as any measure looks."""
    return [each.id for each in fused[:DEPTH]]
