"""An insert that is compiled once, for what is written at every search.

Finding the compiled form of a statement and building its context takes SQLAlchemy longer than
SQLite needs for the row; both are spared here, the types' own conversions are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Insert


@dataclass(frozen=True, slots=True)
class _Text:
    """The statement in one database's words."""

    sql: str
    converted: Mapping[str, Callable[[Any], Any] | None]
    """How the database takes a column's value; ``None`` as it is."""
    places: tuple[str, ...] | None
    """Columns in the order of the marks; ``None`` where marks have names."""


class Prepared:
    """One insert of whole rows; safe to use from several threads."""

    def __init__(self, statement: Insert) -> None:
        """Take the statement; it is compiled when a database is first asked."""
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def run(self, connection: Connection, values: Mapping[str, object]) -> None:
        """Insert one row with a value for every column."""
        name = connection.dialect.name
        if name not in self._texts:
            self._texts[name] = _text(self._statement, connection.dialect)
        text = self._texts[name]
        row = {
            column: values[column] if converted is None else converted(values[column])
            for column, converted in text.converted.items()
        }
        given = row if text.places is None else tuple(row[place] for place in text.places)
        connection.exec_driver_sql(text.sql, given)


def _text(statement: Insert, dialect: Dialect) -> _Text:
    compiled = statement.compile(dialect=dialect)
    places = getattr(compiled, "positiontup", None)
    return _Text(
        sql=str(compiled),
        converted={
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in compiled.binds.items()
        },
        places=tuple(places) if places else None,
    )
