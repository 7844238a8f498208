"""What people wrote who called a solution wrong."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, select

from kb.casebook import chains, rows
from kb.casebook.tables import entries
from kb.cases import Outcome, Verdict
from kb.domain import SolutionId
from kb.standing import current

LOOKED_AT = 1000
"""So many of the latest outcomes of that verdict are read: bounds the time that a page takes."""


def objections(connection: Connection, *, each: int) -> dict[SolutionId, list[Outcome]]:
    """At most so many of each solution, newest first: those that count and say why.

    Solutions without one are missing. What was erased says nothing any more.
    """
    wrong = entries.c.verdict == Verdict.WRONG.value
    newest = select(entries.c.case_id).where(wrong).order_by(entries.c.number.desc())
    cases = select(newest.limit(LOOKED_AT).subquery().c.case_id)
    query = select(entries).where(entries.c.case_id.in_(cases))
    found = connection.execute(query.order_by(entries.c.case_id, entries.c.number))
    counted: list[Outcome] = []
    for _, history in groupby(found, key=attrgetter("case_id")):
        counted += current(chains.whole(connection, map(rows.entry, history))).values()
    said = [one for one in counted if one.verdict is Verdict.WRONG and one.note]
    by_solution: dict[SolutionId, list[Outcome]] = {}
    for one in sorted(said, key=attrgetter("at"), reverse=True):
        if len(by_solution.setdefault(one.solution, [])) < each:
            by_solution[one.solution].append(one)
    return by_solution
