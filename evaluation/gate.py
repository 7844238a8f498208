"""No change may make ranking worse unseen: a small fixed run against a recorded baseline."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation import report
from evaluation.comparison import compared
from evaluation.corpus import searched, written
from evaluation.datasets import JudgedQuery, own
from evaluation.measures import Measure, scores
from evaluation.runs import Side, runs
from kb.domain import Article, SolutionId
from kb.errors import KbError
from kb.search import Trace
from kb.settings import Settings
from kb.wiring import Parts, open_parts

HERE = Path(__file__).parent
QUERIES = HERE / "data" / "queries.jsonl"
"""Written from the articles' subjects in customers' words, before any ranker answered them."""
BASELINE = HERE / "baseline.json"
ARTICLES = HERE.parent / "kb" / "articles"
OTHERS = 40
"""Solutions beside those that the queries grade: what a ranking must tell them from."""
ALIKE = 0.05
"""A fall whose p (that of a fall, not of any difference) is no lower may be chance …"""
EXCUSED = 0.02
"""… unless the mean falls by more: with few queries hardly any fall is sure."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What ranking reached when it was last recorded."""

    why: str
    """The reason for moving it, a sentence."""
    commit: str
    encoder: str
    ndcg: Mapping[str, float]
    """nDCG@10 of fused search by query id."""


def selected(articles: Iterable[Article], queries: Iterable[JudgedQuery]) -> list[Article]:
    """The articles that the gate indexes, in their order: however many there are, it stays quick.

    Every solution that a query grades, and of the others the first :data:`OTHERS` by a hash of
    their name; each in all its languages. A new article changes the selection only if its hash is
    among the first, and only then a baseline may have to be recorded anew.
    """
    known = list(articles)
    graded = {SolutionId(id_) for query in queries for id_ in query.grades}
    others = sorted({each.solution for each in known} - graded, key=_hash)[:OTHERS]
    chosen = graded.union(others)
    return [each for each in known if each.solution in chosen]


def _hash(solution: SolutionId) -> bytes:
    return blake2b(solution.encode(), digest_size=8).digest()


def traced(parts: Parts, articles: Sequence[Article]) -> dict[str, Trace]:
    """The trace of each of the project's own queries over the selected articles."""
    queries = own(QUERIES)
    return searched(parts, selected(articles, queries), queries)


def measured(found: Mapping[str, Trace], side: Side = Side.FUSED) -> dict[str, float]:
    """nDCG@10 of a side, by default fused, for each of those queries, to four decimals."""
    ndcg = scores(own(QUERIES), runs(found)[side])[Measure.NDCG]
    return {id_: round(value, 4) for id_, value in ndcg.items()}


def verdict(baseline: Baseline, ndcg: Mapping[str, float]) -> str:
    """What is wrong with a ranking, empty if nothing is.

    It is wrong to fall below the baseline by more than a paired randomisation test excuses, or by
    more than :data:`EXCUSED`, and to be measured on other queries.
    """
    other = sorted(baseline.ndcg.keys() ^ ndcg.keys())
    if other:
        return f"other queries than the baseline's, such as {other[0]!r}: record it anew"
    found = compared(baseline.ndcg, ndcg)
    if found.difference >= 0 or (found.p_worse >= ALIKE and found.difference >= -EXCUSED):
        return ""
    lost = ", ".join(f"{id_} {change:+.2f}" for id_, change in list(found.changes.items())[:5])
    return (
        f"nDCG@10 fell from {found.before:.3f} to {found.after:.3f} (p = {found.p_worse:.4f}), "
        f"most at {lost}: mend the ranking, or record the baseline anew and say why"
    )


def read(path: Path = BASELINE) -> Baseline:
    """The recorded baseline; raises :class:`kb.errors.KbError` that names the file."""
    try:
        return Baseline(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise KbError(f"no baseline in {path}: {error}; record one") from error


def write(baseline: Baseline, path: Path = BASELINE) -> None:
    """Record a baseline, a line a query."""
    content = json.dumps(asdict(baseline), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{content}\n", "utf-8")


def main() -> int:
    """Compare with the baseline, or with ``--record`` move it."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.gate", description=__doc__)
    parser.add_argument("--record", metavar="WHY", help="move the baseline, for this reason")
    options = parser.parse_args()
    with TemporaryDirectory() as state:
        parts = open_parts(Settings(state=Path(state)))
        ndcg = measured(traced(parts, written(ARTICLES)))
    if options.record:
        write(Baseline(options.record, report.commit(), parts.encoder.fingerprint, ndcg))
        return 0
    wrong = verdict(read(), ndcg)
    sys.stderr.write(f"{wrong or 'ranking is no worse than the baseline'}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
