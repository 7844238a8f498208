"""How sure a search's best solution must be: the 5th percentile of the top fused score."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

from evaluation import report
from evaluation.corpus import searched_set
from evaluation.datasets import Dataset, load
from evaluation.report import Provenance
from kb.domain import Language
from kb.search import Trace
from kb.settings import Settings
from kb.wiring import Parts, open_parts

SHARE = 0.05


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank).

    ``values`` holds at least one, ``share`` is in (0, 1].
    """
    return sorted(values)[ceil(share * len(values)) - 1]


def tops(found: Mapping[str, Trace]) -> dict[Language, list[float]]:
    """The best fused score of every query by the query's language; one without any counts 0."""
    scores: dict[Language, list[float]] = {lang: [] for lang in Language}
    for trace in found.values():
        scores[trace.reading.lang].append(trace.fused[0].score if trace.fused else 0.0)
    return scores


def measured(parts: Parts, dataset: Dataset) -> dict[Language, list[float]]:
    """The top scores over one dataset."""
    return tops(searched_set(parts, dataset))


def text(scores: Mapping[str, Mapping[Language, Sequence[float]]], provenance: Provenance) -> str:
    """The percentiles as a Markdown table, each dataset by itself and all together."""
    together = {lang: [s for each in scores.values() for s in each[lang]] for lang in Language}
    rows = [
        [
            name,
            lang,
            str(len(values)),
            f"{percentile(values, SHARE):.4f}",
            f"{percentile(values, 0.5):.4f}",
            f"{sum(v < 1 for v in values) / len(values):.3f}",
        ]
        for name, by_language in (*scores.items(), ("**all**", together))
        for lang, values in by_language.items()
        if values
    ]
    lines = report.head(
        "The least fused score of a good solution",
        "The best solution's fused score over judged queries, by the language of the query. "
        "Development halves only; numbers, never their text.",
        provenance,
    )
    columns = ("dataset", "language", "queries", "5th percentile", "median", "share below 1")
    return "\n".join([*lines, *report.table(columns, rows)])


def main() -> None:
    """Measure the datasets named on the command line; write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path, help="folder with a folder for each dataset")
    parser.add_argument("names", nargs="+", help="folders of datasets")
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    options = parser.parse_args()
    parts = open_parts(Settings())
    scores = {name: measured(parts, load(options.bench / name)) for name in options.names}
    provenance = Provenance(
        command=f"python -m evaluation.weakness BENCH {' '.join(options.names)}",
        data=f"{len(options.names)} sets of judged queries, development halves",
        encoder=parts.encoder.fingerprint,
        commit=report.commit(),
    )
    options.report.write_text(text(scores, provenance), "utf-8")


if __name__ == "__main__":
    main()
