"""Fused search against the better of its two legs, for certain or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaluation import report
from evaluation.comparison import Comparison, compared
from evaluation.measures import Scores, mean
from evaluation.runs import Side

ALIKE = 0.05
"""Differences of a higher p are called chance."""


def against_better_leg(ndcg: Mapping[Side, Scores]) -> tuple[Side, Comparison]:
    """The better of the two legs by mean nDCG@10, and fused compared with it."""
    leg = max((Side.LEXICAL, Side.DENSE), key=lambda side: mean(ndcg[side]))
    return leg, compared(ndcg[leg], ndcg[Side.FUSED])


def table(ndcg: Mapping[str, Mapping[Side, Scores]], of: str) -> list[str]:
    """A row for the nDCG@10 of each set of queries by its name.

    ``of`` heads the names, such as ``dataset``.
    """
    columns = (of, "better leg", "its nDCG@10", "fused", "difference", "95 %", "p", "±", "verdict")
    return report.table(columns, list(_rows(ndcg)))


def _rows(ndcg: Mapping[str, Mapping[Side, Scores]]) -> Iterator[list[str]]:
    for name, sides in ndcg.items():
        leg, found = against_better_leg(sides)
        yield [
            name,
            leg,
            f"{found.before:.3f}",
            f"{found.after:.3f}",
            f"{found.difference:+.3f}",
            f"{found.low:+.3f} to {found.high:+.3f}",
            f"{found.p:.4f}",
            f"+{found.wins} −{found.losses}",
            _verdict(found),
        ]


def _verdict(found: Comparison) -> str:
    if not found.changes:
        return "the same ranking"
    if found.p >= ALIKE:
        return "no difference"
    return "better" if found.difference > 0 else "**worse**"
