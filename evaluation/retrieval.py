"""How good the ranking is: every side on every set of judged queries, as a report."""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evaluation import legs, plots, report, scores
from evaluation.corpus import searched_set
from evaluation.datasets import Dataset, folders, load
from evaluation.measures import Measure, Run, mean
from evaluation.measures import scores as scored
from evaluation.report import Provenance
from evaluation.runs import Side, runs
from evaluation.scores import Judged, Results
from kb import ranking
from kb.domain import Language
from kb.folding import language
from kb.settings import Settings
from kb.wiring import Parts, open_parts

logger = logging.getLogger(__name__)

WHY = {
    "banking77-feedback": "its documents are names of a few words without any text, which share no "
    "word with most queries: what the lexical side adds there is noise",
    "xquad-sent-en-zh": "its documents are Chinese, of which the encoder reads names and numbers "
    "only: neither side can answer, and fusing adds up two weak lists",
}
"""Known reasons why fused is no better than its better leg; the share of each leg is one a language
and was chosen on other sets."""


def judged(parts: Parts, dataset: Dataset) -> dict[Side, Judged]:
    """Every side's scores on one dataset, over an index made for it and thrown away."""
    found = runs(searched_set(parts, dataset))
    return {side: _judged(dataset, run) for side, run in found.items()}


def _judged(dataset: Dataset, run: Run) -> Judged:
    unanswered = sum(not run.get(query.id) for query in dataset.queries)
    return Judged(unanswered, scored(dataset.queries, run))


def languages(dataset: Dataset) -> str:
    """Languages of the queries, most frequent first, and of the documents: ``zh → en``."""
    asked = Counter(language(query.text).value for query in dataset.queries)
    return f"{'/'.join(name for name, _ in asked.most_common(1))} → {dataset.lang}"


def text(results: Results, plot: str) -> str:
    """The report; ``plot`` is the picture's file name."""
    lines = report.head(
        "Retrieval on judged queries",
        "Each side of a search alone, and what the service answers (fused). Development halves "
        "only: the dense share of fusion (`fusion.md`), the number of candidates and the weight of "
        "parts of words were chosen on some of them. A query without an answer scores 0.",
        results.provenance,
    )
    columns = ("dataset", "languages", "queries", "side", *Measure, "unanswered")
    lines += report.table(columns, list(_rows(results)))
    lines += [f"![nDCG@10 by dataset and side]({plot})", ""]
    lines += ["## Fused against the better leg", "", _reading(results), ""]
    ndcg = {
        name: {side: each.scores[Measure.NDCG] for side, each in sides.items()}
        for name, sides in results.judged.items()
    }
    lines += legs.table(ndcg, "dataset")
    reasons = [f"- {name}: {WHY[name]}." for name in results.judged if name in WHY]
    return "\n".join([*lines, *(["Where fused is worse:", "", *reasons, ""] if reasons else [])])


def _rows(results: Results) -> Iterator[list[str]]:
    for name, sides in results.judged.items():
        for side, each in sides.items():
            values = [f"{mean(each.scores[measure]):.3f}" for measure in Measure]
            queries = str(len(each.scores[Measure.NDCG]))
            spoken = results.languages[name]
            yield [name, spoken, queries, side, *values, str(each.unanswered)]


def _reading(results: Results) -> str:
    fusion = ranking.fusion(results.provenance.encoder)
    shares = ", ".join(f"{fusion.dense[lang]} for queries in {lang}" for lang in Language)
    return (
        f"Dense share of fusion by the query's language: {shares}. At 0 the encoder reads nothing "
        "of that language, so that fused is the lexical side. Paired randomisation test, bootstrap "
        "interval over queries; ± counts the queries that won and lost."
    )


def picture(results: Results, path: Path) -> None:
    """nDCG@10 of every side on every dataset."""
    series = {
        side.value: [mean(each[side].scores[Measure.NDCG]) for each in results.judged.values()]
        for side in Side
    }
    plots.bars(path, list(results.judged), series, label="nDCG@10")


def measured(bench: Path, names: Sequence[str]) -> Results:
    """Every side on the named datasets of a folder."""
    parts = open_parts(Settings())
    found: dict[str, Mapping[Side, Judged]] = {}
    spoken: dict[str, str] = {}
    for name in names:
        dataset = load(bench / name)
        logger.info("%s: %d documents", name, len(dataset.documents))
        found[name], spoken[name] = judged(parts, dataset), languages(dataset)
    provenance = Provenance(
        command=f"python -m evaluation.retrieval BENCH {' '.join(names)}",
        data=f"{len(names)} sets of judged queries, development halves",
        encoder=parts.encoder.fingerprint,
        commit=report.commit(),
    )
    return Results(provenance, found, spoken)


def main() -> int:
    """Measure the datasets named on the command line, else all of the folder; write the report."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m evaluation.retrieval", description=__doc__)
    parser.add_argument("bench", type=Path, help="folder with a folder for each dataset")
    parser.add_argument("names", nargs="*", help="folders of datasets; all when none is named")
    parser.add_argument("--reports", type=Path, required=True, help="folder to write to")
    options = parser.parse_args()
    names = options.names or folders(options.bench)
    if not names:
        logger.info(
            "no judged queries in %s: nothing to evaluate; make eval BENCH=folder", options.bench
        )
        return 0
    results = measured(options.bench, names)
    scores.write(results, options.reports / "retrieval.json.gz")
    picture(results, options.reports / "retrieval.svg")
    (options.reports / "retrieval.md").write_text(text(results, "retrieval.svg"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
