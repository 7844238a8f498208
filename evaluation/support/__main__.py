"""Measure how the project's own judged queries are answered; write a report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from evaluation import report
from evaluation.corpus import searched, written
from evaluation.gate import ARTICLES
from evaluation.report import Provenance
from evaluation.support import page
from evaluation.support.findings import Findings, measured
from evaluation.support.looks import Look, held_back
from evaluation.support.queries import FOLDER, SupportQuery, development
from kb.domain import Article, Principal, Scope, visibility
from kb.errors import KbError
from kb.settings import Settings
from kb.wiring import Parts, open_parts

CUSTOMER = Principal("evaluation", frozenset({Scope.SEARCH}))
COMMAND = "python -m evaluation.support"


def answered(parts: Parts, articles: list[Article], queries: list[SupportQuery]) -> Findings:
    """How the queries are answered when a customer asks them."""
    asked = [query.judged for query in queries]
    found = searched(parts, articles, asked, visible=visibility(CUSTOMER))
    return measured(queries, found, articles)


def _queries(reason: str | None, commit: str, solutions: Collection[str]) -> list[SupportQuery]:
    if reason is None:
        return development(solutions)
    return held_back(Look(commit, datetime.now(UTC).date(), reason), solutions)


def _written(path: Path, reason: str | None) -> str:
    """Measure and write; what there is to say of it."""
    # Before a look at the test half is recorded: the record makes the checkout dirty.
    commit = report.commit()
    articles = written(ARTICLES)
    queries = _queries(reason, commit, {article.solution for article in articles})
    if not queries:
        return f"no judged queries in {FOLDER}: nothing to evaluate"
    parts = open_parts(Settings())
    provenance = Provenance(
        command=f"{COMMAND} --report FILE" + (f" --test {reason!r}" if reason else ""),
        data=f"evaluation/data/support, {_half(reason)} half, and {len(articles)} articles",
        encoder=parts.encoder.fingerprint,
        commit=commit,
    )
    path.write_text(page.text(answered(parts, articles, queries), provenance), "utf-8")
    return f"{len(queries)} queries of the {_half(reason)} half: {path}"


def _half(reason: str | None) -> str:
    return "development" if reason is None else "test"


def main() -> int:
    """Measure the development half; the test half only for a reason, which is recorded."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    parser.add_argument("--test", metavar="REASON", help="look at the test half, for this reason")
    options = parser.parse_args()
    try:
        said = _written(options.report, options.test)
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
