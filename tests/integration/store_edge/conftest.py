"""What every test of the embedded store starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.index_edge import EdgeStore
from tests.integration.store_edge.processes import DIMENSIONS, grow


@pytest.fixture
def store(quick_disk: Path) -> EdgeStore:
    """With one served generation of 40 points."""
    store = EdgeStore(quick_disk / "index", dimensions=DIMENSIONS)
    with store.writing():
        grow(store)
    return store
