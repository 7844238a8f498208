"""How often each verdict stands: counted once, then kept up with what is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from kb.casebook import rows
from kb.casebook.database import Database
from kb.casebook.tables import entries
from kb.cases import NOT_TRIED, Verdict
from kb.domain import SolutionId
from kb.standing import current

_Counts = Counter[tuple[SolutionId, Verdict]]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What stood after some entries."""

    entries: int = 0
    newest: int = 0
    """Number of the last one."""
    counts: _Counts = field(default_factory=_Counts)


class Tally:
    """Verdicts that stand, one a case and solution; safe to use from several threads.

    Folding every history takes a second for 98,000 entries, where a fifth of the cases was
    corrected or reopened. So what was counted is remembered, and only cases of which something was
    said since are folded again: once as they were, once as they are.
    """

    def __init__(self, database: Database) -> None:
        """Count what is in the database, at the first call."""
        self._database, self._last, self._turn = database, _Counted(), Lock()

    def counts(self) -> dict[SolutionId, dict[Verdict, int]]:
        """How often each verdict stands now; what nobody tried is missing."""
        with self._turn:
            self._last = self._database.read(lambda connection: _counted(connection, self._last))
            found = self._last.counts
        by_solution: dict[SolutionId, dict[Verdict, int]] = {}
        for (solution, verdict), number in found.items():
            by_solution.setdefault(solution, {})[verdict] = number
        return by_solution


def _counted(connection: Connection, last: _Counted) -> _Counted:
    total, newest = connection.execute(_EXTENT).one()
    new = connection.execute(_NUMBER.where(entries.c.number > last.newest)).scalar_one()
    # Another service takes a number before its entry can be seen, and may come after a higher one.
    if last.entries == 0 or last.entries + new != total:
        return _Counted(total, newest or 0, _all(connection))
    if new == 0:
        return last
    return _Counted(total, newest, _advanced(connection, last))


def _all(connection: Connection) -> _Counts:
    """The database counts cases where nothing was said twice or changed; others are folded."""
    cases = select(entries.c.case_id).group_by(entries.c.case_id)
    # Retractions and reopenings have no solution, a correction has that of what it corrects.
    once = func.count() == func.count(entries.c.solution.distinct())
    of = entries.c.solution, entries.c.verdict
    plain = select(*of, func.count()).where(entries.c.case_id.in_(cases.having(once)))
    tried = or_(entries.c.tried.is_(None), entries.c.tried != NOT_TRIED)
    counts = _Counts()
    for solution, verdict, number in connection.execute(plain.where(tried).group_by(*of)):
        counts[SolutionId(solution), Verdict(verdict)] = number
    for history in _histories(connection, entries.c.case_id.in_(cases.having(~once))):
        counts.update(_standing(history))
    return counts


def _advanced(connection: Connection, last: _Counted) -> _Counts:
    counts = last.counts.copy()
    touched = select(entries.c.case_id).where(entries.c.number > last.newest)
    for history in _histories(connection, entries.c.case_id.in_(touched)):
        counts.subtract(_standing(row for row in history if row.number <= last.newest))
        counts.update(_standing(history))
    return +counts


def _standing(history: Iterable[Row[Any]]) -> _Counts:
    found = current(map(rows.entry, history))
    tried = (outcome for outcome in found.values() if outcome.tried != NOT_TRIED)
    return _Counts((outcome.solution, outcome.verdict) for outcome in tried)


def _histories(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[list[Row[Any]]]:
    """The chosen entries by case, each case's oldest first."""
    query = select(entries).where(chosen).order_by(entries.c.case_id, entries.c.number)
    for _, history in groupby(connection.execute(query), key=attrgetter("case_id")):
        yield list(history)


_NUMBER: Select[int] = select(func.count()).select_from(entries)
_EXTENT = select(_NUMBER.scalar_subquery(), select(func.max(entries.c.number)).scalar_subquery())
"""Two looks, since SQLite counts in its smallest index, and has the highest number at hand."""
