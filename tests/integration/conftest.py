"""What the tests of the stores and of the casebook share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from kb.casebook import Casebook
from kb.casebook.database import Database
from tests.databases import a_schema

MEMORY = Path("/dev/shm")


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """A folder in memory where there is enough of it: the engine syncs hundreds of files."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30
    with TemporaryDirectory(dir=MEMORY if roomy else None) as folder:
        yield Path(folder)


NewUrl = Callable[[str], str]
"""The URL of a new, empty casebook in SQLite or PostgreSQL."""


@pytest.fixture
def new_url(tmp_path: Path) -> Iterator[NewUrl]:
    """Makes empty casebooks; those in PostgreSQL are schemas that vanish after the test."""
    with ExitStack() as schemas:

        def made(backend: str) -> str:
            if backend == "sqlite":
                return f"sqlite:///{tmp_path / uuid4().hex}.sqlite"
            return schemas.enter_context(a_schema())

        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, new_url: NewUrl) -> str:
    """An empty casebook in each of the databases."""
    return new_url(request.param)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(Database(url)) as opened:
        yield opened


@pytest.fixture
def casebook(database: Database) -> Casebook:
    return Casebook(database)
