"""A place of the test, and a browser there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb.casebook.database import Database
from tests.e2e.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path / 'casebook.sqlite'}"
    with closing(Database(url)) as database, ExitStack() as stack:
        yield Place(database, stack)


@pytest.fixture
def client(place: Place) -> TestClient:
    return place.client()
