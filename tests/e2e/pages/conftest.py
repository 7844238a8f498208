"""People at our pages, over a shelf that the test may change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.people import Person, sign_in
from tests.e2e.shelf import Shelf, opener


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(state: Path, shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(state=state), opener(shelf))) as client:
        yield client


@pytest.fixture
def customer(client: TestClient) -> Person:
    return Person(client)


@pytest.fixture
def staff(client: TestClient) -> Person:
    """Somebody who has signed in with a key of the scope admin."""
    person = Person(client)
    sign_in(person)
    return person
