"""How the dense share of fusion was chosen: nDCG@10 over a grid of weights, as a report."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.corpus import indexed, traces
from evaluation.datasets import Dataset, JudgedQuery, load
from evaluation.measures import mean, ndcg_at_10
from kb import ranking
from kb.domain import Language
from kb.index_edge import EdgeStore
from kb.ranking import Fused
from kb.search import Trace
from kb.settings import Settings
from kb.wiring import Parts, open_parts

WEIGHTS = tuple(step / 20 for step in range(21))
DEPTH = 10


def curve(
    queries: Sequence[JudgedQuery], found: Mapping[str, Trace], *, least: float
) -> dict[float, float]:
    """Mean nDCG@10 for each weight of :data:`WEIGHTS`."""
    return {weight: mean(ndcg_at_10(queries, _run(found, weight, least))) for weight in WEIGHTS}


def _run(
    found: Mapping[str, Trace], weight: float, least: float
) -> dict[str, list[tuple[str, float]]]:
    return {
        id_: [
            (solution.id, DEPTH - rank)
            for rank, solution in enumerate(_ranked(trace, weight, least)[:DEPTH])
        ]
        for id_, trace in found.items()
    }


def _ranked(trace: Trace, weight: float, least: float) -> list[Fused]:
    return ranking.ranked(trace.hits.dense, trace.hits.lexical, weight=weight, least=least)


def measured(parts: Parts, dataset: Dataset) -> dict[float, float]:
    """The curve of one dataset, over an index made for it and thrown away."""
    with TemporaryDirectory() as folder:
        store = EdgeStore(Path(folder), dimensions=parts.encoder.dimensions)
        with indexed(replace(parts, store=store), dataset) as generation:
            found = traces(parts, generation, dataset.queries)
            least = ranking.fusion(parts.encoder.fingerprint).least
            return curve(dataset.queries, found, least=least)


def report(
    curves: Mapping[str, Mapping[float, float]], command: str, encoder: str, commit: str
) -> str:
    """The curves as a Markdown table; the best weight of each dataset is bold."""
    names = list(curves)
    fusion = ranking.fusion(encoder)
    used = ", ".join(f"{lang} {fusion.dense[lang]}" for lang in Language)
    rows = []
    for weight in WEIGHTS:
        cells = [_cell(curves[name], weight) for name in names]
        rows.append(f"| {weight:.2f} | {' | '.join(cells)} |")
    return "\n".join(
        [
            "# The dense share of fusion",
            "",
            "nDCG@10 of fused search by the dense weight: 0 is the lexical side alone, 1 the dense",
            "side alone. Development halves only; numbers, never their text.",
            "",
            f"- Command: `{command}`",
            f"- Encoder fingerprint: `{encoder}`",
            f"- Commit: `{commit}`",
            f"- In use, by the query's language: {used}; least cosine {fusion.least}",
            "",
            f"| weight | {' | '.join(names)} |",
            f"|---|{'---|' * len(names)}",
            *rows,
            "",
        ]
    )


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
    command = f"python -m evaluation.fusion BENCH {' '.join(options.names)}"
    text = report(curves, command, parts.encoder.fingerprint, _commit())
    options.report.write_text(text, "utf-8")


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - a fixed command


if __name__ == "__main__":
    main()
