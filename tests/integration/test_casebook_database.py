from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, insert, select, text

import kb.casebook
from kb.casebook.connections import checked
from kb.casebook.database import Database
from kb.casebook.failures import complaint
from kb.casebook.tables import metadata, secrets
from kb.casebook.versions import HEAD, version
from kb.errors import CasebookUnavailable, UnknownCase

ROOT = Path(__file__).parent.parent.parent
OPEN = """
import sys
from contextlib import closing, contextmanager
from kb.casebook.database import Database
sys.stdin.readline()
with closing(Database(sys.argv[1])):
    print("open")
"""


def adding(name: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(insert(secrets).values(name=name, value=name))

    return work


def names(database: Database) -> list[str]:
    query = select(secrets.c.name).order_by(secrets.c.name)
    return database.read(lambda connection: list(connection.scalars(query)))


def test_migrations_make_exactly_the_tables_that_the_code_uses(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    assert database.read(version) == HEAD
    assert not database.read(differences)


def test_the_newest_version_is_the_last_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(kb.casebook.__file__).parent / "migrations"))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_two_processes_may_open_an_empty_casebook_at_once(url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, url],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for each in started:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    ends = [each.communicate(timeout=60) for each in started]

    assert ends == [("open\n", "")] * 3
    with closing(Database(url)) as database:
        assert database.read(version) == HEAD


def test_a_casebook_of_a_newer_version_is_refused_and_left_alone(url: str) -> None:
    with closing(Database(url)) as database:
        database.write(
            lambda connection: connection.execute(
                text("UPDATE alembic_version SET version_num = '9999'")
            )
        )

    with pytest.raises(CasebookUnavailable, match=f"version 9999.* up to {HEAD}.*newest Fixpoint"):
        Database(url)


@pytest.mark.parametrize(
    "url",
    ["", "casebook.sqlite", "mysql://user:geheim@host/name", "sqlite://", "sqlite:///:memory:"],
)
def test_other_urls_are_refused_without_telling_their_password(url: str) -> None:
    with pytest.raises(CasebookUnavailable, match=r"FIXPOINT_CASEBOOK_URL.*sqlite:///") as refused:
        Database(url)

    assert "geheim" not in str(refused.value)


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(CasebookUnavailable, match=r"127\.0\.0\.1:1") as refused:
        Database("postgresql://user:geheim@127.0.0.1:1/name")

    assert "geheim" not in str(refused.value)


def test_a_file_that_is_no_casebook_is_told(tmp_path: Path) -> None:
    file = tmp_path / "casebook.sqlite"
    file.write_bytes(b"not a database at all" * 100)

    with pytest.raises(CasebookUnavailable, match=r"casebook\.sqlite.*not a database"):
        Database(f"sqlite:///{file}")


def test_a_folder_that_somebody_named_is_not_made(tmp_path: Path) -> None:
    place = tmp_path / "no folder" / "x"

    with pytest.raises(CasebookUnavailable, match=f"no folder {place}.*FIXPOINT_CASEBOOK_URL"):
        Database(f"sqlite:///{place}/y.db")

    assert not place.parent.exists()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text", r"not a database\): .*move the file away and restore a backup"),
        ("folder", r"unable to open database file\): let this user write"),
        ("below a file", r"Not a directory\): its folder is a file"),
    ],
)
def test_a_place_that_holds_no_casebook_is_told_with_what_would_help(
    tmp_path: Path, kind: str, said: str
) -> None:
    place = tmp_path / "casebook.sqlite"
    if kind == "folder":
        place.mkdir()
    else:
        place.write_text("notes, and no casebook\n" * 100, "utf-8")
    if kind == "below a file":
        place /= "casebook.sqlite"

    with pytest.raises(CasebookUnavailable, match=said) as refused:
        Database(f"sqlite:///{place}")

    assert "acknowledged" not in str(refused.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "let this user write to it"),
        (OSError(errno.ENOSPC, "No space left on device"), "make room on its disk"),
        (OSError("odd"), r"\(odd\): see that it can be reached"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_would_help(error: OSError, said: str) -> None:
    assert re.search(f"the casebook at there failed .*{said}", complaint(error, "there"))


def test_an_sqlite_casebook_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "its folder").mkdir()
    file = tmp_path / "its folder" / "casebook.sqlite"

    with closing(Database(f"sqlite:///{file}")) as database:
        database.write(adding("one"))
        modes = {each.stat().st_mode & 0o777 for each in file.parent.iterdir()}

    assert modes == {0o600}


def test_writes_of_many_threads_are_all_kept(database: Database) -> None:
    expected = sorted(f"{number:03}" for number in range(200))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda name: database.write(adding(name)), expected))

    assert names(database) == expected


@contextmanager
def held_up(database: Database) -> Iterator[None]:
    """The writer is busy until left."""
    begun, released = threading.Event(), threading.Event()

    def slow(_: Connection) -> None:
        begun.set()
        assert released.wait(10)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(database.write, slow)
        assert begun.wait(10)
        yield
        released.set()


def waiting(database: Database, writes: int) -> None:
    while database.lag < writes:
        sleep(0.001)


def test_a_write_that_fails_changes_nothing_and_spares_its_neighbours(database: Database) -> None:
    def failing(connection: Connection) -> None:
        adding("half")(connection)
        raise UnknownCase("no such case")

    with ThreadPoolExecutor(3) as pool:
        # These three wait together, and so share one transaction.
        with held_up(database):
            good = [pool.submit(database.write, adding(name)) for name in ("a", "b")]
            bad = pool.submit(database.write, failing)
            waiting(database, 3)
        for each in good:
            each.result()
        with pytest.raises(UnknownCase):
            bad.result()

    assert names(database) == ["a", "b"]


def test_a_reader_sees_one_moment(database: Database) -> None:
    query = select(func.count()).select_from(secrets)

    def counted_twice(connection: Connection) -> tuple[int, int]:
        first = connection.scalar(query)
        database.write(adding("between"))
        return first or 0, connection.scalar(query) or 0

    assert database.read(counted_twice) == (0, 0)
    assert names(database) == ["between"]


def test_two_services_write_to_one_casebook(url: str) -> None:
    with (
        closing(Database(url)) as one,
        closing(Database(url)) as two,
        ThreadPoolExecutor(8) as pool,
    ):
        done = [
            pool.submit((one, two)[number % 2].write, adding(f"{number:03}"))
            for number in range(100)
        ]
        for each in done:
            each.result()

        assert len(names(one)) == 100
        assert names(one) == names(two)


def test_a_closed_casebook_says_so(database: Database) -> None:
    database.close()
    database.close()

    with pytest.raises(CasebookUnavailable, match="closed"):
        database.write(adding("late"))


@contextmanager
def locked_elsewhere(url: str) -> Iterator[None]:
    """Another process has the table to itself."""
    engine = create_engine(checked(url))
    with engine.connect() as connection:
        postgresql = url.startswith("postgresql")
        connection.exec_driver_sql("LOCK TABLE secrets" if postgresql else "BEGIN IMMEDIATE")
        yield
        connection.rollback()
    engine.dispose()


def test_a_write_that_is_not_durable_gives_up_and_later_ones_come_through(
    url: str, database: Database
) -> None:
    with (
        locked_elsewhere(url),
        pytest.raises(CasebookUnavailable, match=r"locked|timeout|busy"),
    ):
        database.write(adding("lost"), durable=False)

    database.write(adding("kept"), durable=False)
    assert names(database) == ["kept"]


def test_a_write_that_is_not_durable_does_not_wait_for_one_that_is(database: Database) -> None:
    with held_up(database), pytest.raises(CasebookUnavailable, match="busy"):
        database.write(adding("lost"), durable=False)

    assert names(database) == []


def test_a_write_inside_a_write_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        database.write(lambda _: database.write(adding("never")))

    database.write(adding("after"))
    assert names(database) == ["after"]


def test_the_log_is_emptied_unless_somebody_reads(url: str, database: Database) -> None:
    database.write(adding("first"))
    if not url.startswith("sqlite"):
        assert database.checkpoint()
        return

    def checkpointed_meanwhile(connection: Connection) -> bool:
        connection.execute(select(secrets)).all()
        database.write(adding("second"))
        return database.checkpoint()

    assert not database.read(checkpointed_meanwhile)
    assert database.checkpoint()
    assert Path(f"{checked(url).database}-wal").stat().st_size == 0


def test_closing_finishes_what_waits(url: str) -> None:
    database = Database(url)
    with ThreadPoolExecutor(9) as pool:
        with held_up(database):
            for number in range(8):
                pool.submit(database.write, adding(str(number)))
            waiting(database, 8)
            closed = pool.submit(database.close)
        closed.result()

    with closing(Database(url)) as again:
        assert len(names(again)) == 8


def test_an_outage_is_told_to_all_who_wait_and_passes(database: Database) -> None:
    def rename(old: str, new: str) -> None:
        statement = text(f"ALTER TABLE {old} RENAME TO {new}")
        database.write(lambda connection: connection.execute(statement) and None)

    rename("secrets", "elsewhere")
    with ThreadPoolExecutor(2) as pool:
        with held_up(database):
            lost = [pool.submit(database.write, adding(name)) for name in ("a", "b")]
            waiting(database, 2)
        for each in lost:
            with pytest.raises(CasebookUnavailable, match="secrets"):
                each.result()
    rename("elsewhere", "secrets")

    database.write(adding("c"))
    assert names(database) == ["c"]
