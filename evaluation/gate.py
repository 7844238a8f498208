"""No change may make ranking worse unseen: a small fixed run against a recorded baseline."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation import report
from evaluation.baseline import Baseline, Reached, read, told, verdict, write
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
"""Written from the articles' subjects as a customer might tell them, before any ranker answered."""
ARTICLES = HERE.parent / "kb" / "articles"
OTHERS = 40
"""Solutions beside those that the queries grade: what a ranking must tell them from."""


def selected(articles: Iterable[Article], queries: Iterable[JudgedQuery]) -> list[Article]:
    """The articles that the gate indexes, in their order: however many there are, it stays quick.

    Every solution that a query grades, and of the others the first :data:`OTHERS` by a hash of
    their name; each in all its languages. A new article changes the selection only if its solution
    is among these; then the baseline has to be recorded anew.
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


def reached(
    found: Mapping[str, Trace],
    articles: Iterable[Article],
    encoder: str,
    *,
    side: Side = Side.FUSED,
) -> Reached:
    """What a side of those traces reached, by default fused, to four decimals.

    ``articles`` are the whole library, ``encoder`` is a fingerprint.
    """
    queries = own(QUERIES)
    ndcg = scores(queries, runs(found)[side])[Measure.NDCG]
    return Reached(
        queries=digest_of_queries(queries),
        articles=digest_of_ids(selected(articles, queries)),
        encoder=encoder,
        ndcg={id_: round(value, 4) for id_, value in ndcg.items()},
    )


def digest_of_queries(queries: Iterable[JudgedQuery]) -> str:
    """16 hex digits over ids, texts and grades, in whatever order they come."""
    return _digest(sorted((each.id, each.text, sorted(each.grades.items())) for each in queries))


def digest_of_ids(articles: Iterable[Article]) -> str:
    """16 hex digits over the ids of articles, in whatever order they come."""
    return _digest(sorted(each.id for each in articles))


def _digest(values: object) -> str:
    return blake2b(json.dumps(values).encode(), digest_size=8).hexdigest()


def main() -> int:
    """Compare with the baseline, or with ``--record`` move it."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.gate", description=__doc__)
    parser.add_argument("--record", metavar="WHY", help="move the baseline, for this reason")
    options = parser.parse_args()
    try:
        with TemporaryDirectory() as state:
            now = _now(open_parts(Settings(state=Path(state))))
        if options.record:
            write(Baseline(options.record, report.commit(), now))
            return 0
        baseline = read()
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    wrong = verdict(baseline, now)
    sys.stderr.write(f"{wrong or f'ranking is no worse than {told(baseline, now)}'}\n")
    return 1 if wrong else 0


def _now(parts: Parts) -> Reached:
    articles = written(ARTICLES)
    return reached(traced(parts, articles), articles, parts.encoder.fingerprint)


if __name__ == "__main__":
    sys.exit(main())
