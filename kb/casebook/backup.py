"""Both truths in one file: the casebook's tables and the articles, and back from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from sqlalchemy import (
    Connection,
    String,
    Table,
    TableClause,
    TypeDecorator,
    collate,
    column,
    exists,
    func,
    insert,
    select,
    table,
)

from kb.casebook import archive, versions
from kb.casebook.archive import Archive, Manifest
from kb.casebook.database import Database
from kb.casebook.tables import metadata
from kb.casebook.versions import HEAD
from kb.errors import BadBackup
from kb.library import Library

ROWS = 1_000
"""So many rows are read or written at a time: bounds memory."""


def back_up(database: Database, articles: Path, path: Path, *, replace: bool = False) -> Manifest:
    """Write every table, as all were at one moment, and every article into one file.

    Equal content gives equal bytes, in either database. Whoever reads the file reads what customers
    typed: its mode is 0600. A file that is there is refused, unless it is to be replaced.

    Raises :class:`BadBackup`, :class:`kb.errors.BadArticle` or
    :class:`kb.errors.CasebookUnavailable`.
    """
    with archive.writing(path, replace=replace) as written:
        rows = database.read(lambda connection: _write_tables(connection, written))
        for file in Library(articles).files():
            written.add(f"articles/{file.path}", iter([file.read()]))
        return written.close(HEAD, rows)


def restore(
    opened: Callable[[], AbstractContextManager[Database]], path: Path, articles: Path | None
) -> Manifest:
    """Fill an empty casebook, and an empty or missing folder of articles if one is named.

    The whole file is checked before the casebook is opened, which may make one, or anything is
    written; then all is written or nothing. What an older version wrote is brought up to date.

    Raises :class:`BadBackup`, :class:`kb.errors.CasebookUnavailable`.
    """
    with archive.reading(path) as read:
        _check(read)
        with _articles(read, articles), opened() as database:
            database.write(lambda connection: _fill(connection, read, database.place))
        return read.manifest


def _write_tables(connection: Connection, written: archive.Writing) -> dict[str, int]:
    counted: dict[str, int] = {}
    for each in metadata.sorted_tables:
        counted[each.name] = connection.scalar(select(func.count()).select_from(each)) or 0
        written.add(_name(each), _lines(connection, each))
    return counted


def _lines(connection: Connection, of: Table) -> Iterator[bytes]:
    stored = _stored(of)
    # PostgreSQL would sort texts by the rules of its language.
    binary = "C" if connection.dialect.name == "postgresql" else "BINARY"
    keys = (
        collate(key, binary) if isinstance(key.type, String) else key
        for key in (stored.c[each.name] for each in of.primary_key)
    )
    query = select(stored).order_by(*keys).execution_options(yield_per=ROWS)
    for row in connection.execute(query):
        text = json.dumps(row._asdict(), ensure_ascii=False, separators=(",", ":"))
        yield f"{text}\n".encode()


def _fill(connection: Connection, read: Archive, place: str) -> None:
    full = [t.name for t in metadata.sorted_tables if connection.scalar(select(exists(select(t))))]
    if full:
        raise BadBackup(
            f"the casebook at {place} holds something already ({', '.join(full)}): set "
            "FIXPOINT_CASEBOOK_URL to an empty one, or FIXPOINT_STATE to an empty folder"
        )
    if read.manifest.tables == HEAD:
        _fill_tables(connection, read, metadata.sorted_tables)
    else:
        _fill_tables(connection, read, versions.made_anew(connection, read.manifest.tables))
        versions.upgrade(connection)


def _fill_tables(connection: Connection, read: Archive, tables: Sequence[Table]) -> None:
    if sorted(read.names("tables")) != sorted(map(_name, tables)):
        raise BadBackup(f"{read.path} does not hold the tables of a casebook: use another one")
    for each in tables:
        _fill_table(connection, read, each)
        if connection.dialect.name == "postgresql":
            _count_on(connection, each)


def _fill_table(connection: Connection, read: Archive, into: Table) -> None:
    statement = insert(_stored(into))
    with read.open(_name(into)) as file:
        lines = iter(file)
        while some := [json.loads(line) for line in islice(lines, ROWS)]:
            connection.execute(statement, some)


def _count_on(connection: Connection, of: Table) -> None:
    """Let numbers that PostgreSQL gives begin above those that were restored."""
    counter = of.autoincrement_column
    last = connection.scalar(select(func.max(counter))) if counter is not None else None
    if counter is not None and last is not None:
        sequence = func.pg_get_serial_sequence(of.name, counter.name)
        connection.execute(select(func.setval(sequence, last)))


def _stored(of: Table) -> TableClause:
    """A table with its values as they are stored: numbers and texts, no times and structures."""
    columns = (
        column(
            each.name,
            each.type.impl_instance if isinstance(each.type, TypeDecorator) else each.type,
        )
        for each in of.c
    )
    return table(of.name, *columns)


def _name(of: Table) -> str:
    return f"tables/{of.name}.jsonl"


def _check(read: Archive) -> None:
    """Refuse what a newer version wrote, and what would be left out."""
    if read.manifest.tables not in versions.known():
        raise BadBackup(
            f"{read.path} holds tables of version {read.manifest.tables}, this Fixpoint knows "
            f"those up to {HEAD}: restore it with the Fixpoint that wrote it, or a newer one"
        )
    if len(read.manifest.files) > len([*read.names("tables"), *read.names("articles")]):
        raise BadBackup(f"{read.path} holds more than tables and articles: use another one")


@contextmanager
def _articles(read: Archive, folder: Path | None) -> Iterator[None]:
    """Put the articles aside, and in their place when the block has ended well."""
    if folder is None:
        yield
        return
    with _writing(folder):
        yield from _put(read, folder)


def _put(read: Archive, folder: Path) -> Iterator[None]:
    made = _empty(folder)
    aside = Path(mkdtemp(dir=folder, prefix=".restoring-"))
    try:
        for name in read.names("articles"):
            read.extract(name, aside / name.removeprefix("articles/"))
        yield
        for each in aside.iterdir():
            each.rename(folder / each.name)
    except BaseException:
        rmtree(folder if made else aside)
        raise
    aside.rmdir()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadBackup(
            f"the articles cannot be written to {folder} ({error.strerror}): name an empty or "
            "missing folder that has room and where this user may write"
        ) from error


def _empty(folder: Path) -> bool:
    """Whether a folder was made; raises :class:`BadBackup` if it is there and not empty."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        if folder.is_dir() and not any(folder.iterdir()):
            return False
        raise BadBackup(
            f"{folder} is not empty: name an empty or missing folder for the articles"
        ) from error
    return True
