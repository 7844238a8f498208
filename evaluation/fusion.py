"""How the dense share of fusion was chosen: nDCG@10 over a grid of weights, as a report."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from evaluation import report
from evaluation.corpus import searched_set
from evaluation.datasets import Dataset, JudgedQuery, load
from evaluation.measures import Measure, mean, scores
from evaluation.report import Provenance
from evaluation.runs import best
from kb import ranking
from kb.domain import Language
from kb.search import Trace
from kb.settings import Settings
from kb.wiring import Parts, open_parts

WEIGHTS = tuple(step / 20 for step in range(21))


def curve(
    queries: Sequence[JudgedQuery], found: Mapping[str, Trace], *, least: float
) -> dict[float, float]:
    """Mean nDCG@10 for each weight of :data:`WEIGHTS`."""
    return {
        weight: mean(scores(queries, _run(found, weight, least))[Measure.NDCG])
        for weight in WEIGHTS
    }


def _run(found: Mapping[str, Trace], weight: float, least: float) -> dict[str, list[str]]:
    return {
        id_: best(ranking.ranked(trace.hits.dense, trace.hits.lexical, weight=weight, least=least))
        for id_, trace in found.items()
    }


def measured(parts: Parts, dataset: Dataset) -> dict[float, float]:
    """The curve of one dataset."""
    least = ranking.fusion(parts.encoder.fingerprint).least
    return curve(dataset.queries, searched_set(parts, dataset), least=least)


def text(curves: Mapping[str, Mapping[float, float]], provenance: Provenance) -> str:
    """The curves as a Markdown table; the best weight of each dataset is bold."""
    fusion = ranking.fusion(provenance.encoder)
    used = ", ".join(f"{lang} {fusion.dense[lang]}" for lang in Language)
    lines = report.head(
        "The dense share of fusion",
        "nDCG@10 of fused search by the dense weight: 0 is the lexical side alone, 1 the dense "
        "side alone. Development halves only; numbers, never their text.",
        provenance,
    )
    lines += [f"In use, by the query's language: {used}; least cosine {fusion.least}.", ""]
    rows = [[f"{at:.2f}", *(_cell(each, at) for each in curves.values())] for at in WEIGHTS]
    return "\n".join([*lines, *report.table(["weight", *curves], rows)])


def _cell(curve: Mapping[float, float], weight: float) -> str:
    value = f"{curve[weight]:.3f}"
    return f"**{value}**" if curve[weight] == max(curve.values()) else value


def main() -> None:
    """Measure the datasets named on the command line; write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path, help="folder with a folder for each dataset")
    parser.add_argument("names", nargs="+", help="folders of datasets")
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    options = parser.parse_args()
    parts = open_parts(Settings())
    curves = {name: measured(parts, load(options.bench / name)) for name in options.names}
    provenance = Provenance(
        command=f"python -m evaluation.fusion BENCH {' '.join(options.names)}",
        data=f"{len(options.names)} sets of judged queries, development halves",
        encoder=parts.encoder.fingerprint,
        commit=report.commit(),
    )
    options.report.write_text(text(curves, provenance), "utf-8")


if __name__ == "__main__":
    main()
