"""A visitor, an agent and a shop, who speak of the same shelf."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from kb.domain import Scope
from search_api.app import create_app
from tests.e2e.desks import MANY, Desk, desk
from tests.e2e.shelf import Shelf, opener


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> Iterator[TestClient]:
    """The application, and a browser without a key."""
    with TestClient(create_app(MANY, opener(shelf))) as client:
        yield client


@pytest.fixture
def agent(client: TestClient, shelf: Shelf) -> Desk:
    return desk(client, shelf, Scope.AGENT)


@pytest.fixture
def shop(client: TestClient, shelf: Shelf) -> Desk:
    """A customer-facing integration."""
    return desk(client, shelf, Scope.SEARCH)
