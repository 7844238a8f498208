"""What the casebook tells: a case's history, a solution's outcomes, weak answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    or_,
    select,
    union,
)

from kb.casebook import chains, numbers, rights, rows
from kb.casebook.tables import entries, searches
from kb.cases import CaseId, Entry, Outcome, Search, SearchId, Verdict
from kb.domain import Language, Principal, SolutionId
from kb.folding import fold_case
from kb.standing import current


@dataclass(frozen=True, slots=True)
class Page:
    """Some outcomes of a solution, newest first."""

    outcomes: tuple[Outcome, ...]
    before: int | None
    """Where the next page begins; ``None`` on the last one."""


@dataclass(frozen=True, slots=True)
class WeakSymptom:
    """Searches for one symptom that showed no good solution."""

    symptom: str
    """As it was typed last, scrubbed."""
    lang: Language
    count: int
    """Searches; those of one visitor, or for one case, count once, or asking again would count."""
    last: datetime
    example: SearchId
    """The last of these searches."""
    reported: bool
    """Whether an outcome counts for the case of one of them: else nobody knows what came of it."""
    solved: bool
    """Whether one of those outcomes says that the case was solved."""


def history(connection: Connection, number: CaseId, principal: Principal) -> list[Entry]:
    """All that was said of a case that the principal may speak of, oldest first."""
    case = rights.known_case(connection, number, principal)
    said = chains.whole(connection, chains.all_of(connection, entries.c.case_id == case))
    return [replace(each, case=numbers.as_called(case, principal)) for each in said]


def asked(
    connection: Connection, number: CaseId, principal: Principal, *, limit: int
) -> list[Search]:
    """The last searches made for a case, or that led to an outcome of it, oldest first.

    For staff alone; a case need not be opened yet.
    """
    rights.staff(principal, "read what was searched for a case")
    case = numbers.meant(connection, number, principal)
    made = select(searches.c.id).where(searches.c.case_id == case)
    led = select(entries.c.search_id).where(
        entries.c.case_id == case, entries.c.search_id.is_not(None)
    )
    found = select(searches).where(searches.c.id.in_(union(made, led)))
    last = connection.execute(found.order_by(searches.c.at.desc(), searches.c.id).limit(limit))
    return [rows.search(row) for row in last][::-1]


def said(
    connection: Connection, search: SearchId, principal: Principal
) -> dict[SolutionId, Outcome]:
    """What one actor said of a search, as it counts now, less what a reopening undid."""
    rights.search(connection, search, principal)
    own = and_(entries.c.search_id == search, entries.c.actor == principal.actor)
    ids, cases = (select(column).where(own) for column in (entries.c.id, entries.c.case_id))
    retracted = and_(entries.c.kind == rows.RETRACTION, entries.c.target.in_(ids))
    reopened = and_(entries.c.kind == rows.REOPENING, entries.c.case_id.in_(cases))
    found = chains.all_of(connection, or_(own, retracted, reopened))
    counted = current(chains.whole(connection, found)).items()
    verdicts = {each.id: each.verdict for each in found if isinstance(each, Outcome)}
    return {
        solution: replace(each, case=numbers.as_called(each.case, principal))
        for solution, each in counted
        if each.verdict is verdicts[each.id]
    }


def outcomes(
    connection: Connection, solution: SolutionId, *, before: int | None, limit: int
) -> Page:
    """One page of what was said of a solution, whether it still counts or not."""
    query = select(entries).where(entries.c.solution == solution)
    if before is not None:
        query = query.where(entries.c.number < before)
    found = connection.execute(query.order_by(entries.c.number.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    said = chains.whole(connection, map(rows.entry, shown))
    return Page(
        outcomes=tuple(each for each in said if isinstance(each, Outcome)),
        before=shown[-1].number if len(found) > len(shown) else None,
    )


def weak(
    connection: Connection, *, since: datetime, least: Mapping[Language, float], limit: int
) -> list[WeakSymptom]:
    """Symptoms whose answers were weak, most frequent first, then the latest first.

    Symptoms are the same when they fold alike. What was erased is left out.
    """
    found = _weak(since, least)
    groups: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(found.order_by(searches.c.at, searches.c.id)):
        groups.setdefault(" ".join(fold_case(row.symptom).split()), []).append(row)
    pairs = _pairs(found)
    cases = _cases(connection, pairs)
    ends = _ends(connection, pairs, cases)
    counted = [(_asked(group, cases), group) for group in groups.values()]
    counted.sort(key=lambda pair: (pair[0], pair[1][-1].at), reverse=True)
    return [
        WeakSymptom(
            symptom=group[-1].symptom,
            lang=Language(group[-1].lang),
            count=count,
            last=group[-1].at,
            example=SearchId(group[-1].id),
            reported=any(row.id in ends for row in group),
            solved=any(ends.get(row.id, False) for row in group),
        )
        for count, group in counted[:limit]
    ]


def _asked(group: Iterable[Row[Any]], cases: Mapping[str, Sequence[str]]) -> int:
    """One for each visitor, else for each case: a key may search for many customers."""
    visitors = {
        case: row.actor for row in group if _by_visitor(row) for case in cases.get(row.id, ())
    }
    return len({_whose(row, visitors, cases.get(row.id, ())) for row in group})


def _whose(row: Row[Any], visitors: Mapping[str, str], cases: Sequence[str]) -> str:
    """The visitor who searched or whose case it was, else the case, else the search itself."""
    if _by_visitor(row):
        return str(row.actor)
    known = (visitors[case] for case in cases if case in visitors)
    return next(known, cases[0] if cases else str(row.id))


def _by_visitor(row: Row[Any]) -> bool:
    return bool(row.actor.startswith("anonymous:"))


def _weak(since: datetime, least: Mapping[Language, float]) -> Select[Any]:
    low = [
        and_(searches.c.lang == lang.value, searches.c.best < score)
        for lang, score in least.items()
    ]
    weak: ColumnElement[bool] = or_(searches.c.best.is_(None), searches.c.matched.is_(False), *low)
    wanted = ("id", "at", "actor", "symptom", "lang", "case_id")
    return select(*(searches.c[name] for name in wanted)).where(
        searches.c.at >= since, searches.c.symptom.is_not(None), weak
    )


def _pairs(weak: Select[Any]) -> CTE:
    """Those searches, each with every case that it was made for or led to."""
    some = weak.cte()
    made_for = select(some.c.id, some.c.case_id).where(some.c.case_id.is_not(None))
    said_of = select(some.c.id, entries.c.case_id).join(entries, entries.c.search_id == some.c.id)
    return union(made_for, said_of).cte()


def _cases(connection: Connection, pairs: CTE) -> dict[str, list[str]]:
    """The cases of each search, by id; a search without any is left out."""
    cases: dict[str, list[str]] = {}
    for row in connection.execute(select(pairs).order_by(pairs.c.id, pairs.c.case_id)):
        cases.setdefault(row.id, []).append(row.case_id)
    return cases


def _ends(
    connection: Connection, pairs: CTE, cases: Mapping[str, Sequence[str]]
) -> dict[str, bool]:
    """Whether a case of theirs was solved, for those searches of whose case somebody spoke."""
    query = select(entries).where(entries.c.case_id.in_(select(pairs.c.case_id)))
    solved = {case: _end(history) for case, history in _histories(connection, query)}
    told = {search: {solved.get(CaseId(case)) for case in mine} for search, mine in cases.items()}
    return {search: True in ends for search, ends in told.items() if ends - {None}}


def _end(history: Iterable[Entry]) -> bool | None:
    """Whether a case counts as solved; ``None`` where nothing that was said of it counts."""
    counted = current(history).values()
    return any(each.verdict is Verdict.SOLVED for each in counted) if counted else None


def _histories(
    connection: Connection, query: Select[Any]
) -> Iterator[tuple[CaseId, Iterator[Entry]]]:
    """The selected entries by case, each case's oldest first."""
    found = connection.execute(query.order_by(entries.c.case_id, entries.c.number))
    for case, group in groupby(found, key=attrgetter("case_id")):
        yield CaseId(case), map(rows.entry, group)
