"""Outcomes and what was said instead of them: a tree from what was said first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.sql.selectable import CTE

from kb.casebook import rows
from kb.casebook.tables import entries
from kb.cases import Entry, Outcome, OutcomeId


def whole(connection: Connection, said: Iterable[Entry]) -> list[Entry]:
    """The same entries; corrections have the symptom, and the note, that they left as they were.

    These are kept once, where they were typed: what is erased there is gone.
    """
    found = list(said)
    known = {each.id: each for each in found if isinstance(each, Outcome)}
    while missing := {each.corrects for each in known.values() if each.corrects} - known.keys():
        earlier = outcomes(connection, entries.c.id.in_(missing))
        known |= {each.id: each for each in earlier}
    return [_whole(each, known) if isinstance(each, Outcome) else each for each in found]


def outcomes(connection: Connection, chosen: ColumnElement[bool]) -> list[Outcome]:
    """The chosen outcomes, oldest first, each with what was typed for it alone."""
    found = all_of(connection, chosen)
    return [each for each in found if isinstance(each, Outcome)]


def all_of(connection: Connection, chosen: ColumnElement[bool]) -> list[Entry]:
    """The chosen entries, likewise."""
    query = select(entries).where(chosen).order_by(entries.c.number)
    return [rows.entry(row) for row in connection.execute(query)]


def chain(connection: Connection, outcome: Outcome) -> list[Entry]:
    """All that was said of one outcome and instead of it, retractions too, oldest first."""
    first = outcome.id
    while wrong := connection.scalar(select(entries.c.target).filter_by(id=first)):
        first = OutcomeId(wrong)
    tree = corrections(entries.c.id == first)
    of_it = or_(entries.c.id == first, entries.c.target.in_(select(tree.c.id)))
    return all_of(connection, of_it)


def corrections(said: ColumnElement[bool]) -> CTE:
    """The ids of some outcomes, and of all that was said instead of them."""
    tree = select(entries.c.id).where(said, entries.c.id.is_not(None)).cte(recursive=True)
    later = entries.alias()
    more = select(later.c.id).join(tree, later.c.target == tree.c.id)
    return tree.union(more.where(later.c.id.is_not(None)))


def _whole(outcome: Outcome, known: Mapping[OutcomeId, Outcome]) -> Outcome:
    note, symptom, each = outcome.note, outcome.symptom, outcome
    while each.corrects is not None:
        each = known[each.corrects]
        note = each.note if note is None else note
        symptom = each.symptom if symptom is None else symptom
    return outcome if outcome is each else replace(outcome, note=note, symptom=symptom)
