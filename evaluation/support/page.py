"""The report on judged queries as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from evaluation import legs, report
from evaluation.measures import Measure, Scores, mean
from evaluation.report import Provenance
from evaluation.runs import Side
from evaluation.support import answerability, overlap
from evaluation.support.findings import Findings, answerable, groups
from evaluation.support.queries import SupportQuery
from evaluation.support.worst import LISTED, listed

_LANG: Callable[[SupportQuery], str] = attrgetter("lang")
_TRAITS: Mapping[str, Callable[[SupportQuery], str]] = {
    "language": _LANG,
    "area": attrgetter("area"),
    "style": attrgetter("style"),
}


def text(findings: Findings, provenance: Provenance) -> str:
    """The whole report."""
    lines = report.head(
        "Ranking of our own judged queries",
        "Symptoms as customers might tell them, written and judged by language models "
        "(`evaluation/data/support/README.md`), searched over `kb/articles` as the service "
        "searches for a customer. A query that gets no solution scores 0.",
        provenance,
    )
    return "\n".join(
        [
            *lines,
            *_counts(findings.queries),
            *_sides(findings),
            *_by_trait(findings),
            *_against_better_leg(findings),
            *_no_answer(findings),
            *_judged_share(findings),
            *_overlap(findings),
            f"## The {LISTED} worst",
            "",
            "Lowest nDCG@10 of what is returned first, ties by id. Wanted: solutions and grades.",
            "",
            *listed(findings),
        ]
    )


def _counts(queries: Sequence[SupportQuery]) -> list[str]:
    solved = sum(bool(query.solutions) for query in queries)
    helped = len(answerable(queries)) - solved
    return [
        f"{len(queries)} queries: {solved} that a solution solves (grade 2), {helped} that one "
        f"only helps (grade 1), {len(queries) - solved - helped} without an answer in the "
        "knowledge base. Rankings are measured on the first two kinds.",
        "",
    ]


def _sides(findings: Findings) -> list[str]:
    sides = findings.scores(answerable(findings.queries))
    rows = [[side, *_values(scores)] for side, scores in sides.items()]
    return [
        "## Each side",
        "",
        "nDCG weighs the grades; to the other measures what helps is as good as what solves.",
        "",
        *report.table(("side", "queries", *Measure), rows),
    ]


def _by_trait(findings: Findings) -> list[str]:
    lines = ["## What is returned (fused), by kind of query", ""]
    for name, trait in _TRAITS.items():
        parts = groups(answerable(findings.queries), trait)
        rows = [
            [part, *_values(findings.scores(queries)[Side.FUSED])]
            for part, queries in parts.items()
        ]
        lines += report.table((name, "queries", *Measure), rows)
    return lines


def _values(scores: Mapping[Measure, Scores]) -> list[str]:
    """The number of queries, then each measure's mean."""
    shown = (f"{mean(scores[measure]):.3f}" for measure in Measure)
    return [str(len(scores[Measure.NDCG])), *shown]


def _against_better_leg(findings: Findings) -> list[str]:
    parts = groups(answerable(findings.queries), _LANG)
    ndcg = {
        name: {side: each[Measure.NDCG] for side, each in findings.scores(queries).items()}
        for name, queries in parts.items()
    }
    return [
        "## Fused against the better leg",
        "",
        "Paired randomisation test, bootstrap interval over queries; ± counts the queries that won "
        "and lost.",
        "",
        *legs.table(ndcg, "queries"),
    ]


def _no_answer(findings: Findings) -> list[str]:
    helped = sum(not query.solutions for query in answerable(findings.queries))
    return [
        "## Is there an answer at all?",
        "",
        "AUROC of the best score of each side, queries that a solution solves against those "
        f"without an answer: ½ is chance. {helped} queries that are only helped are left out. "
        "Fused scores are not told: they are scaled by each query's own best and worst, so the "
        "best one says how far the sides agree, not how well it fits.",
        "",
        *answerability.table(groups(findings.queries, _LANG), findings.best),
    ]


def _judged_share(findings: Findings) -> list[str]:
    rows = [
        [name, str(_returned(queries, findings)), f"{_judged(queries, findings):.3f}"]
        for name, queries in groups(findings.queries, _LANG).items()
    ]
    return [
        "## How much of it was judged?",
        "",
        "The share of the first ten solutions returned that have a judgement: the others count as "
        "of no use, so that a low share means that ranking may be better than it seems.",
        "",
        *report.table(("queries", "solutions returned", "judged"), rows),
    ]


def _returned(queries: Sequence[SupportQuery], findings: Findings) -> int:
    return sum(len(findings.returned[query.id]) for query in queries)


def _judged(queries: Sequence[SupportQuery], findings: Findings) -> float:
    """The share of what is returned that was judged; of nothing it is 0."""
    judged = sum(
        solution in query.grades or solution in query.useless
        for query in queries
        for solution in findings.returned[query.id]
    )
    return judged / max(1, _returned(queries, findings))


def _overlap(findings: Findings) -> list[str]:
    return [
        "## How much do queries copy from articles?",
        "",
        "What a query shares with the symptom phrase that it shares most with, once case, script "
        "and signs are folded away: the longest piece, as a share of the query's characters (of "
        "its words in English), and the share of all its short pieces that the phrase holds.",
        "",
        *overlap.table(findings.overlaps),
    ]
