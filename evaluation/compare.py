"""Two evaluations of the same queries side by side: what got better, what worse, for certain."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from evaluation import report, scores
from evaluation.comparison import Comparison, compared
from evaluation.measures import Measure
from evaluation.runs import Side
from evaluation.scores import Results
from kb.errors import KbError

SHOWN = 10
"""So many of the queries that lost most are listed, by id."""


def comparisons(
    before: Results, after: Results, measure: Measure
) -> dict[tuple[str, Side], Comparison]:
    """Every dataset and side that both evaluations measured on queries that both judge.

    Raises :class:`kb.errors.KbError` where an evaluation is older than the measure.
    """
    _need(measure, before, after)
    found: dict[tuple[str, Side], Comparison] = {}
    for name in before.judged.keys() & after.judged.keys():
        for side in Side:
            first, second = (
                results.judged[name][side].scores[measure] if side in results.judged[name] else {}
                for results in (before, after)
            )
            if first.keys() & second.keys():
                found[name, side] = compared(first, second)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], [*Side].index(item[0][1]))))


def _need(measure: Measure, *evaluations: Results) -> None:
    for each in evaluations:
        if any(
            measure not in side.scores for sides in each.judged.values() for side in sides.values()
        ):
            raise KbError(
                f"no {measure} in the scores of commit {each.provenance.commit}: "
                "evaluate it anew, or compare by another measure"
            )


def text(before: Results, after: Results, measure: Measure) -> str:
    """The comparison as Markdown."""
    found = comparisons(before, after, measure)
    lines = [f"# {measure}: `{before.provenance.commit}` → `{after.provenance.commit}`", ""]
    lines += [
        f"- {name}: `{each.provenance.command}`, encoder `{each.provenance.encoder}`"
        for name, each in (("Before", before), ("After", after))
    ]
    columns = ("dataset", "side", "queries", "before", "after", "difference", "95 %", "p")
    lines += [
        *_left_out(before, after),
        "",
        *report.table((*columns, "won", "lost"), list(_rows(found))),
    ]
    losses = [line for (name, side), each in found.items() for line in _losses(name, side, each)]
    return "\n".join([*lines, *(["## Most lost", "", *losses, ""] if losses else [])])


def _left_out(before: Results, after: Results) -> Iterator[str]:
    """What only one of both measured: a line for each dataset."""
    for name in sorted(before.judged.keys() | after.judged.keys()):
        first, second = (_queries(results, name) for results in (before, after))
        if first != second:
            yield (
                f"- {name}: left out are queries of one alone, {len(first - second)} of the first, "
                f"{len(second - first)} of the second"
            )


def _queries(results: Results, name: str) -> frozenset[str]:
    sides = results.judged.get(name, {}).values()
    return frozenset(id_ for side in sides for id_ in side.scores[Measure.NDCG])


def _rows(found: dict[tuple[str, Side], Comparison]) -> Iterator[list[str]]:
    for (name, side), each in found.items():
        yield [
            name,
            side,
            str(each.queries),
            f"{each.before:.3f}",
            f"{each.after:.3f}",
            f"{each.difference:+.4f}",
            f"{each.low:+.4f} to {each.high:+.4f}",
            f"{each.p:.4f}",
            str(each.wins),
            str(each.losses),
        ]


def _losses(name: str, side: Side, found: Comparison) -> Iterator[str]:
    lost = [f"{id_} {change:+.2f}" for id_, change in found.changes.items() if change < 0]
    if lost:
        yield f"- {name}, {side}: {', '.join(islice(lost, SHOWN))}"


def main() -> int:
    """Compare two score files; print the comparison."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.compare", description=__doc__)
    parser.add_argument("before", type=Path, help="retrieval.json.gz of the first evaluation")
    parser.add_argument("after", type=Path, help="that of the second")
    parser.add_argument("--measure", type=Measure, choices=list(Measure), default=Measure.NDCG)
    options = parser.parse_args()
    try:
        before, after = scores.read(options.before), scores.read(options.after)
        sys.stdout.write(text(before, after, options.measure))
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
