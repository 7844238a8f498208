"""Real processes that write to the casebook, killed at random moments."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Table, select, text

from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.casebook.tables import entries, searches
from tests.integration.records import AGENT, NOON, a_report

ROOT = Path(__file__).parent.parent.parent
KILLS = 4
THREADS = 4
WRITE = """
import sys
from threading import Thread
from kb.casebook import Casebook
from kb.casebook.database import Database
from tests.integration.records import AGENT, NOON, a_report, a_search

casebook = Casebook(Database(sys.argv[1]))

def outcomes(worker):
    while True:
        yield casebook.report(a_report(case=f"SF-{worker}", note="好"), AGENT, at=NOON).id

def searches(worker):
    while True:
        search = a_search()
        casebook.record(search)
        yield search.id

def work(worker):
    for id in globals()[sys.argv[2]](worker):
        # One call, so that no line is torn by another thread's.
        sys.stdout.write(id + "\\n")
        sys.stdout.flush()

threads = [Thread(target=work, args=(worker,)) for worker in range(int(sys.argv[3]))]
print("begun", flush=True)
for each in threads:
    each.start()
"""


def acknowledged(url: str, what: str, *, after_s: float) -> list[str]:
    """The ids that a process was told are kept, until it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, url, what, str(THREADS)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    sleep(after_s)
    process.kill()
    told, errors = process.communicate(timeout=60)
    assert not errors, errors
    # The last line may have been cut by the kill.
    return told.splitlines()[: told.count("\n")]


@pytest.mark.parametrize(("what", "table"), [("outcomes", entries), ("searches", searches)])
def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(
    url: str, what: str, table: Table
) -> None:
    chance = random.Random(9)
    told: list[str] = []

    for _ in range(KILLS):
        told += acknowledged(url, what, after_s=chance.uniform(0.05, 0.5))
        with closing(Database(url)) as database:
            kept = database.read(lambda connection: set(connection.scalars(select(table.c.id))))
            assert set(told) <= kept

    assert len(set(told)) == len(told) > KILLS


def test_a_killed_casebook_goes_on_where_it_was(url: str) -> None:
    acknowledged(url, "outcomes", after_s=0.2)

    with closing(Database(url)) as database:
        casebook = Casebook(database)
        said = casebook.report(a_report(case="SF-0"), AGENT, at=NOON)

        assert casebook.history(said.case, AGENT)[-1] == said


def test_an_sqlite_casebook_is_whole_after_a_kill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/casebook.sqlite"
    acknowledged(url, "outcomes", after_s=0.3)

    with closing(Database(url)) as database:
        check = text("PRAGMA integrity_check")
        assert database.read(lambda connection: connection.scalar(check)) == "ok"


def test_outcomes_are_written_through_to_the_disk(tmp_path: Path) -> None:
    """A kill cannot show what a power failure would: the setting that decides it can."""
    with closing(Database(f"sqlite:///{tmp_path}/casebook.sqlite")) as database:
        level = text("PRAGMA synchronous")
        durable = database.write(lambda connection: connection.scalar(level))
        quick = database.write(lambda connection: connection.scalar(level), durable=False)

    full, normal = 2, 1
    assert (durable, quick) == (full, normal)
