"""Deal judged queries to two halves, so that no solution is both learnt from and tested on."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from evaluation.corpus import written
from evaluation.gate import ARTICLES
from evaluation.support.grouping import Group, answered, unanswered
from evaluation.support.queries import FOLDER, QUERIES, Split, SupportQuery, both_halves
from kb.errors import KbError

HALVES = (Split.DEV, Split.TEST)


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


def rewritten(lines: Iterable[str], halves: Mapping[str, Split]) -> str:
    """The lines of the queries' file, each with its half; all else stays as it is."""
    rows = [json.loads(line) for line in lines]
    return "".join(
        f"{json.dumps({**row, 'split': halves[row['id']]}, ensure_ascii=False)}\n" for row in rows
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


def leaked(queries: Iterable[SupportQuery], halves: Mapping[str, Split]) -> int:
    """How many test queries share a solution with one of development: the price of bridges."""
    solved: dict[Split, list[list[str]]] = {half: [] for half in HALVES}
    for query in queries:
        solved[halves[query.id]].append(query.solutions)
    learnt = {id_ for solutions in solved[Split.DEV] for id_ in solutions}
    return sum(not learnt.isdisjoint(solutions) for solutions in solved[Split.TEST])


def _told(queries: Sequence[SupportQuery], halves: Mapping[str, Split]) -> str:
    counts = Counter(
        (halves[query.id], query.lang, "with" if query.grades else "without") for query in queries
    )
    lines = [
        f"{half} {lang} {answer} an answer: {count}"
        for (half, lang, answer), count in sorted(counts.items())
    ]
    shared = f"of test, {leaked(queries, halves)} share a solution with development"
    return "\n".join([*lines, shared, ""])


def main() -> int:
    """Deal what is in no half yet; tell how many are where."""
    argparse.ArgumentParser(
        prog="python -m evaluation.support.split", description=__doc__
    ).parse_args()
    path = FOLDER / QUERIES
    try:
        queries = both_halves({article.solution for article in written(ARTICLES)})
        halves = dealt(queries)
        if queries:
            path.write_text(rewritten(path.read_text("utf-8").splitlines(), halves), "utf-8")
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(_told(queries, halves) if queries else f"no queries in {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
