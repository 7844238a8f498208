from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, insert

from kb.casebook import Casebook
from kb.casebook.archive import reading
from kb.casebook.backup import restore
from kb.casebook.connections import DURABLE, checked, connections
from kb.casebook.database import Database
from kb.casebook.versions import HEAD, upgrade, version
from kb.cases import CaseId, Correction, Outcome, SearchId, Verdict
from kb.errors import UnknownCase
from tests.integration.records import (
    AGENT,
    BACKUP_0001,
    BANK,
    CABLE,
    NOON,
    RESTART,
    SHOP,
    VISITOR,
    a_report,
)

GUESSED = "74f5c08c-81d6-4fd1-a5d9-752ecc0ad601"
"""A visitor's search that names a case: version 0001 allowed that."""

Rows = dict[str, list[dict[str, object]]]
"""By table, in any order."""


def rows_of_0001() -> Rows:
    with reading(BACKUP_0001) as read:
        found: Rows = {}
        for name in read.names("tables"):
            with read.open(name) as file:
                found[Path(name).stem] = [json.loads(line) for line in file]
        return found


def today() -> Rows:
    """The same rows, each value as the newest version should have it."""
    found = rows_of_0001()
    for case in found["cases"]:
        case["number"] = case["id"]
    for search in found["searches"]:
        search["case_id"] = None if search["id"] == GUESSED else search["case_id"]
    return found


def reflected(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def stored(connection: Connection) -> Rows:
    tables = reflected(connection).tables.values()
    return {
        table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
        for table in tables
        if table.name != "alembic_version"
    }


def ordered(rows: Rows) -> dict[str, list[str]]:
    return {
        name: sorted(json.dumps(row, sort_keys=True) for row in found)
        for name, found in rows.items()
    }


def write_at_0001(url: str) -> None:
    engine = connections(checked(url), DURABLE)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        tables = reflected(connection).tables
        for name, rows in rows_of_0001().items():
            # The database gives the numbers, so that it goes on counting from there.
            own = [{key: row[key] for key in row if key != "number"} for row in rows]
            connection.execute(insert(tables[name]), own)
        assert version(connection) == "0001"
    engine.dispose()


@contextmanager
def updated(url: str, way: str) -> Iterator[Database]:
    """What was written at 0001, after it was opened, or restored from a backup."""
    if way == "opened":
        write_at_0001(url)
    with closing(Database(url)) as database:
        if way == "restored":
            restore(lambda: nullcontext(database), BACKUP_0001, None)
        yield database


both_ways = pytest.mark.parametrize("way", ["opened", "restored"])


@both_ways
def test_every_value_of_an_older_version_survives(url: str, way: str) -> None:
    with updated(url, way) as database:
        assert database.read(version) == HEAD
        assert ordered(database.read(stored)) == ordered(today())
        assert all(today().values())


@both_ways
def test_cases_of_an_older_version_go_on(url: str, way: str) -> None:
    with updated(url, way) as database:
        casebook = Casebook(database)
        assert casebook.counts() == {
            CABLE: {Verdict.SOLVED: 1, Verdict.NOT_SOLVED: 1},
            RESTART: {Verdict.NOT_SOLVED: 1},
        }
        said = casebook.report(a_report(case="CRM-1"), SHOP, at=NOON)
        casebook.correct(said.id, Correction(Verdict.WRONG, note="不对"), AGENT, at=NOON)

        history = casebook.history(CaseId("CRM-1"), SHOP)

        notes = [each.note for each in history if isinstance(each, Outcome)]
        assert notes == ["没用", None, "好一点", None, "不对"]
        assert casebook.counts()[CABLE] == {Verdict.SOLVED: 1, Verdict.WRONG: 1}
        with pytest.raises(UnknownCase):
            casebook.history(CaseId("CRM-1"), BANK)


@both_ways
def test_a_case_that_a_visitor_named_at_an_older_version_is_forgotten(url: str, way: str) -> None:
    with updated(url, way) as database:
        casebook = Casebook(database)

        search = casebook.search(SearchId(GUESSED))
        said = casebook.report(a_report(search, solution=RESTART), VISITOR, at=NOON)

        assert search.case is None
        assert said.case == "C-J25X-7DJ3"
