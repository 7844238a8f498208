"""What people wrote who called a solution wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, or_, select

from kb.casebook import chains
from kb.casebook.tables import entries
from kb.cases import Outcome, Verdict
from kb.domain import SolutionId
from kb.standing import current


def objections(
    connection: Connection, solutions: Iterable[SolutionId], *, limit: int
) -> dict[SolutionId, list[Outcome]]:
    """At most ``limit`` of each of these solutions, newest first: those that count and say why.

    Solutions without one are missing. What was erased says nothing any more.
    """
    found = {each: list(islice(_counting(connection, each), limit)) for each in solutions}
    return {solution: said for solution, said in found.items() if said}


def _counting(connection: Connection, solution: SolutionId) -> Iterator[Outcome]:
    """Newest first; a case is read when it is its turn, however many there are."""
    wrong = entries.c.verdict == Verdict.WRONG.value
    # A correction without a note keeps the one that it found.
    says = or_(entries.c.note.is_not(None), entries.c.target.is_not(None))
    query = select(entries.c.id, entries.c.case_id).where(entries.c.solution == solution)
    newest = query.where(wrong, says).order_by(entries.c.number.desc())
    with connection.execute(newest) as found:
        for id_, case in found:
            history = chains.all_of(connection, entries.c.case_id == case)
            counted = current(chains.whole(connection, history)).get(solution)
            if counted and counted.id == id_ and counted.note:
                yield counted
