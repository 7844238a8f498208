"""Deal judged queries to two halves, so that no solution is both learnt from and tested on."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.corpus import written
from evaluation.gate import ARTICLES
from evaluation.support.grouping import Group, answered, unanswered
from evaluation.support.queries import (
    FOLDER,
    QUERIES,
    Split,
    SupportQuery,
    joined,
    written_rows,
)
from evaluation.support.rows import Row
from kb.errors import KbError

HALVES = (Split.DEV, Split.TEST)


@dataclass(frozen=True, slots=True)
class Shared:
    """How many queries of the test half a solution solves that development knows too."""

    solving: int
    """It solves a query of development: the price of bridges."""
    helping: int
    """It is graded 1 for a query of development."""


def dealt(queries: Sequence[SupportQuery]) -> dict[str, Split]:
    """The half of every query by id; one that has a half keeps it.

    Groups stay together, see :mod:`evaluation.support.grouping`, and follow what of them is in a
    half already (development, where that is both). The others go, largest first, where languages
    and styles then balance better, ties to development; queries with an answer and those without
    are balanced apart.
    """
    grouped = answered(queries)
    with_answer = _dealt(grouped.groups, grouped.bridges)
    return {**with_answer, **_dealt(unanswered(queries), ())}


def rewritten(lines: Mapping[str, Row], halves: Mapping[str, Split]) -> str:
    """The text of the queries' file, each line with its half; all else stays as it is."""
    return "".join(
        f"{json.dumps({**row, 'split': halves[id_]}, ensure_ascii=False)}\n"
        for id_, row in lines.items()
    )


def _dealt(groups: Sequence[Group], bridges: Iterable[SupportQuery]) -> dict[str, Split]:
    halves = {query.id: query.split or Split.DEV for query in bridges}
    tally = {half: Counter[str]() for half in HALVES}
    tally[Split.DEV].update(_traits(each for each in bridges if halves[each.id] is Split.DEV))
    tally[Split.TEST].update(_traits(each for each in bridges if halves[each.id] is Split.TEST))
    for group in sorted(groups, key=lambda each: _settled(each) is Split.UNDEALT):
        half = _settled(group) or min(HALVES, key=lambda to: _imbalance(group, to, tally))
        for query in group:
            halves[query.id] = query.split or half
            tally[halves[query.id]].update(_traits([query]))
    return halves


def _settled(group: Group) -> Split:
    """The half that a group follows; none where all of it is undealt."""
    splits = {query.split for query in group}
    return next((half for half in HALVES if half in splits), Split.UNDEALT)


def _imbalance(group: Group, to: Split, tally: Mapping[Split, Counter[str]]) -> float:
    """How far apart the halves would be: squared differences by trait, a rare one weighs more."""
    after = {half: Counter(counts) for half, counts in tally.items()}
    after[to].update(_traits(group))
    dev, test = (after[half] for half in HALVES)
    return sum((dev[each] - test[each]) ** 2 / (dev[each] + test[each]) for each in dev | test)


def _traits(queries: Iterable[SupportQuery]) -> Counter[str]:
    return Counter(
        trait
        for query in queries
        for trait in ("any", f"lang {query.lang}", f"style {query.style}")
    )


def shared(queries: Sequence[SupportQuery], halves: Mapping[str, Split]) -> Shared:
    """What the halves share; a query may count on both sides."""
    known = [query for query in queries if halves[query.id] is Split.DEV]
    tested = [query.solutions for query in queries if halves[query.id] is Split.TEST]
    solving = {id_ for query in known for id_ in query.solutions}
    helping = {id_ for query in known for id_ in query.grades if id_ not in query.solutions}
    return Shared(
        solving=sum(not solving.isdisjoint(solutions) for solutions in tested),
        helping=sum(not helping.isdisjoint(solutions) for solutions in tested),
    )


def _told(queries: Sequence[SupportQuery], halves: Mapping[str, Split]) -> str:
    counts = Counter(
        (halves[query.id], query.lang, "with" if query.grades else "without") for query in queries
    )
    lines = [
        f"{half} {lang} {answer} an answer: {count}"
        for (half, lang, answer), count in sorted(counts.items())
    ]
    both = shared(queries, halves)
    return "\n".join(
        [
            *lines,
            f"of test, {both.solving} are solved by what solves one of development, "
            f"{both.helping} by what helps there",
            "",
        ]
    )


def deal(solutions: Collection[str], folder: Path = FOLDER) -> str:
    """Write the halves into a folder's file of queries; how many are where, in words.

    ``solutions`` are those of the library. Raises :class:`kb.errors.KbError` where a file does not
    hold or cannot be written; it then stays as it was.
    """
    lines = written_rows(folder)
    queries = joined(lines, solutions, folder)
    halves = dealt(queries)
    _write(rewritten(lines, halves), folder / QUERIES)
    return _told(queries, halves)


def _write(text: str, path: Path) -> None:
    """Put the text in the place of a file, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise KbError(f"{path} cannot be written ({error.strerror}): make room for it") from error


def main() -> int:
    """Deal what is in no half yet; tell how many are where."""
    argparse.ArgumentParser(
        prog="python -m evaluation.support.split", description=__doc__
    ).parse_args()
    try:
        sys.stderr.write(deal({article.solution for article in written(ARTICLES)}))
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
