"""How sure a search's best solution must be: the 5th percentile of the top fused score."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.corpus import indexed, traces
from evaluation.datasets import Dataset, load
from kb.domain import Language
from kb.index_edge import EdgeStore
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
    """The top scores over one dataset, in an index made for it and thrown away."""
    with TemporaryDirectory() as folder:
        store = EdgeStore(Path(folder), dimensions=parts.encoder.dimensions)
        with indexed(replace(parts, store=store), dataset) as generation:
            return tops(traces(parts, generation, dataset.queries))


def report(
    scores: Mapping[str, Mapping[Language, Sequence[float]]],
    command: str,
    encoder: str,
    commit: str,
) -> str:
    """The percentiles as a Markdown table, each dataset by itself and all together."""
    together = {lang: [s for each in scores.values() for s in each[lang]] for lang in Language}
    rows = [
        f"| {name} | {lang} | {len(values)} | {percentile(values, SHARE):.4f} | "
        f"{percentile(values, 0.5):.4f} | {sum(v < 1 for v in values) / len(values):.3f} |"
        for name, by_language in (*scores.items(), ("**all**", together))
        for lang, values in by_language.items()
        if values
    ]
    return "\n".join(
        [
            "# The least fused score of a good solution",
            "",
            "The best solution's fused score over judged queries, by the language of the query.",
            "Development halves only; numbers, never their text.",
            "",
            f"- Command: `{command}`",
            f"- Encoder fingerprint: `{encoder}`",
            f"- Commit: `{commit}`",
            "",
            "| dataset | language | queries | 5th percentile | median | share below 1 |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Measure the datasets named on the command line; write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path, help="folder with a folder for each dataset")
    parser.add_argument("names", nargs="+", help="folders of datasets")
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    options = parser.parse_args()
    parts = open_parts(Settings())
    scores = {name: measured(parts, load(options.bench / name)) for name in options.names}
    command = f"python -m evaluation.weakness BENCH {' '.join(options.names)}"
    text = report(scores, command, parts.encoder.fingerprint, _commit())
    options.report.write_text(text, "utf-8")


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - a fixed command


if __name__ == "__main__":
    main()
