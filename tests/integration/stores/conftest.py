"""Every store: what it promises holds for all, with the same answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from qdrant_client import QdrantClient

from kb.index import Index, Store
from kb.index_edge import EdgeStore
from kb.index_server import ServerStore, connect
from tests.integration.stored import DIMENSIONS, POINTS, Writer


@pytest.fixture(params=["edge", "local", pytest.param("server", marks=pytest.mark.server)])
def writer(request: pytest.FixtureRequest, quick_disk: Path) -> Iterator[Writer]:
    """One more process's view of the same place."""
    if request.param == "edge":
        yield lambda: EdgeStore(quick_disk / "index", dimensions=DIMENSIONS)
        return
    url = os.environ.get("FIXPOINT_QDRANT_URL", "")
    if request.param == "server" and not url:
        pytest.skip("FIXPOINT_QDRANT_URL names no server")
    key = os.environ.get("FIXPOINT_QDRANT_API_KEY", "")
    client = QdrantClient(":memory:") if request.param == "local" else connect(url, key, 30.0)
    prefix = f"test{uuid4().hex[:8]}"
    yield lambda: ServerStore(client, dimensions=DIMENSIONS, prefix=prefix)
    for collection in client.get_collections().collections:
        if collection.name.startswith(prefix):
            client.delete_collection(collection.name)
    client.close()


@pytest.fixture
def store(writer: Writer) -> Store:
    return writer()


@pytest.fixture
def index(store: Store) -> Iterator[Index]:
    """The points that are ``stored``, being written."""
    with store.writing():
        index = store.build("g-1", copy_of=None)
        index.upsert(POINTS)
        yield index
        index.close()
