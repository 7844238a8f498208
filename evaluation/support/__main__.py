"""Measure how the project's own judged queries are answered; write a report."""

from __future__ import annotations

import argparse
import sys
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


def evaluated(path: Path, reason: str | None, folder: Path = FOLDER) -> str:
    """Measure and write the report; what there is to say of it.

    A reason looks at the test half. What can fail before that look is recorded fails before it.
    Raises :class:`kb.errors.KbError`.
    """
    _need_place(path)
    parts = open_parts(Settings())
    # The record of a look makes the checkout dirty.
    commit = report.commit()
    articles = written(ARTICLES)
    solutions = {article.solution for article in articles}
    look = None if reason is None else _look(commit, reason)
    queries = held_back(look, solutions, folder) if look else development(solutions, folder)
    if not queries:
        return f"no queries in the {_half(reason)} half: nothing to evaluate"
    provenance = Provenance(
        command=f"{COMMAND} --report FILE" + (f" --test {reason!r}" if reason else ""),
        data=f"evaluation/data/support, {_half(reason)} half, and {len(articles)} articles",
        encoder=parts.encoder.fingerprint,
        commit=commit,
    )
    _write(page.text(answered(parts, articles, queries), provenance), path)
    return f"{len(queries)} queries of the {_half(reason)} half: {path}"


def _look(commit: str, reason: str) -> Look:
    return Look(commit, datetime.now(UTC).date(), reason, report.new_files())


def _need_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise KbError(f"no folder {path.parent} to write {path.name} to: make it first")
    if path.is_dir():
        raise KbError(f"{path} is a folder: name the file to write")


def _write(text: str, path: Path) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise KbError(
            f"no report can be written to {path}: {error.strerror}; name another file"
        ) from error


def _half(reason: str | None) -> str:
    return "development" if reason is None else "test"


def main() -> int:
    """Measure the development half; the test half only for a reason, which is recorded."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--report", type=Path, required=True, help="Markdown file to write")
    parser.add_argument("--test", metavar="REASON", help="look at the test half, for this reason")
    options = parser.parse_args()
    try:
        said = evaluated(options.report, options.test)
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
