"""The file of judgements: what assessors (language models) said of a solution to a query."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

from kb.errors import KbError

QRELS = "qrels.tsv"
HEAD = ["query-id", "solution", "grade"]
SOLVES = 2
"""The grade of a solution that solves what a query describes; 1 helps, 0 is of no use."""
_GRADES = {"0", "1", "2"}


def judgements(
    folder: Path, queries: Collection[str], solutions: Collection[str]
) -> dict[str, dict[str, int]]:
    """The grades by query and solution, 0 among them; a query that nobody judged has none.

    ``queries`` are the ids that there are, ``solutions`` those of the library. Raises
    :class:`kb.errors.KbError` that names file and line of what does not hold.
    """
    path = folder / QRELS
    grades: dict[str, dict[str, int]] = {id_: {} for id_ in queries}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if rows.fieldnames != HEAD:
                raise KbError(f"{path}:1: the head is {rows.fieldnames}: write {HEAD} with tabs")
            for row in rows:
                place = f"{path}:{rows.line_num}"
                id_, solution = _judgement(row, place, grades, solutions)
                grades[id_][solution] = int(row["grade"])
    except OSError as error:
        raise KbError(f"no judgements in {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KbError(f"{path}: {error}: save it as UTF-8") from error
    return grades


def _judgement(
    row: Mapping[str, str],
    place: str,
    grades: Mapping[str, Mapping[str, int]],
    solutions: Collection[str],
) -> tuple[str, str]:
    id_, solution = row["query-id"], row["solution"]
    if row["grade"] not in _GRADES:
        raise KbError(f"{place}: grade {row['grade']!r}: one of 0, 1, 2")
    if id_ not in grades:
        raise KbError(f"{place}: no query {id_!r}: name one of the queries beside it")
    if solution not in solutions:
        raise KbError(f"{place}: no article of {solution!r}: judge the one that took its place")
    if solution in grades[id_]:
        raise KbError(f"{place}: {solution!r} was judged before for {id_!r}: keep one grade")
    return id_, solution
