"""What was measured on judged queries, before it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.measures import Measure, Run, Scores, scores
from evaluation.runs import Side, runs
from evaluation.support.answerability import surest
from evaluation.support.overlap import Overlap, overlaps
from evaluation.support.queries import SupportQuery, Tongue
from kb.domain import Article
from kb.search import Trace

EVERY = "all"
"""The name of the group that holds every query."""


@dataclass(frozen=True, slots=True)
class Findings:
    """How one half of the queries was answered."""

    queries: Sequence[SupportQuery]
    sides: Mapping[Side, Mapping[Measure, Scores]]
    """Every measure by query id, of queries with an answer."""
    returned: Run
    """What the service answers (fused), for every query."""
    best: Mapping[str, Mapping[Side, float]]
    """The best score of each unscaled side by query id."""
    overlaps: Mapping[Tongue, Sequence[Overlap]]

    def scores(self, queries: Sequence[SupportQuery]) -> dict[Side, dict[Measure, Scores]]:
        """Every measure of every side on some of the queries with an answer."""
        ids = [query.id for query in queries]
        return {
            side: {of: {id_: by[id_] for id_ in ids} for of, by in each.items()}
            for side, each in self.sides.items()
        }


def measured(
    queries: Sequence[SupportQuery], found: Mapping[str, Trace], articles: Sequence[Article]
) -> Findings:
    """The findings of queries whose searches were traced, over the articles that were searched."""
    with_answer = [query.judged for query in answerable(queries)]
    answered = runs(found)
    return Findings(
        queries=queries,
        sides={side: scores(with_answer, run) for side, run in answered.items()},
        returned=answered[Side.FUSED],
        best={id_: surest(trace) for id_, trace in found.items()},
        overlaps=overlaps(queries, articles),
    )


def answerable(queries: Sequence[SupportQuery]) -> list[SupportQuery]:
    """Those with a solution that solves or helps."""
    return [query for query in queries if query.grades]


def groups(
    queries: Sequence[SupportQuery], trait: Callable[[SupportQuery], str]
) -> dict[str, list[SupportQuery]]:
    """The queries by a trait, by name; all of them first, unless there are none."""
    names = sorted({trait(query) for query in queries})
    parts = {name: [each for each in queries if trait(each) == name] for name in names}
    return {EVERY: list(queries), **parts} if queries else {}
