"""The server store where only a server, or a second machine, makes the difference."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import UUID

import pytest
from qdrant_client import QdrantClient, models

from kb.errors import IndexBusy, IndexUnavailable
from kb.index_server import ServerStore, connect
from kb.index_server.index import place
from kb.index_server.lease import Lease

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")


@contextmanager
def answering(status: int, body: object) -> Iterator[str]:
    """The URL of something that gives every request the same answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    client = QdrantClient(":memory:")
    yield client
    client.close()


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(IndexUnavailable, match=r"Qdrant at http://127\.0\.0\.1:9 failed"):
        connect("http://127.0.0.1:9", "", 1.0)


def test_a_server_too_old_for_the_lease_is_refused() -> None:
    answer = {"title": "qdrant", "version": "1.15.4"}
    with (
        answering(200, answer) as url,
        pytest.raises(IndexUnavailable, match=r"is 1\.15\.4: 1\.16"),
    ):
        connect(url, "", 5.0)


def test_a_new_enough_server_is_connected() -> None:
    with answering(200, {"title": "qdrant", "version": "1.16.0"}) as url:
        client = connect(url, "", 5.0)

    assert place(client) == url
    client.close()


def test_a_refusal_is_told_without_the_secrets_in_the_url() -> None:
    with answering(403, {"status": {"error": "forbidden"}}) as url:
        secret = url.replace("http://", "http://user:hunter2@") + "?api_key=hunter2"
        with pytest.raises(IndexUnavailable) as raised:
            connect(secret, "", 5.0)

    assert str(raised.value).startswith(f"Qdrant at {url}")
    assert "hunter2" not in str(raised.value)


def test_a_closed_client_is_told_apart_from_an_empty_store(client: QdrantClient) -> None:
    store = ServerStore(client, dimensions=4)
    client.close()

    with pytest.raises(IndexUnavailable, match="closed"):
        store.current()


def test_a_killed_writers_lease_runs_out(client: QdrantClient) -> None:
    client.create_collection("lock", vectors_config={})
    until_ms = int(1000 * (time.time() + 0.3))
    payload = {"holder": "process 7 on another machine", "until_ms": until_ms}
    client.upsert("lock", [models.PointStruct(id=str(UUID(int=0)), vector={}, payload=payload)])
    lease = Lease(client, "lock")

    with pytest.raises(IndexBusy, match="process 7 on another machine is writing"), lease.held():
        pass
    time.sleep(0.4)
    with lease.held():
        lease.check()


def test_a_lease_outlives_its_term_while_its_writer_lives(client: QdrantClient) -> None:
    lease = Lease(client, "lock", term_s=0.3)
    with lease.held():
        time.sleep(0.7)
        lease.check()
        with pytest.raises(IndexBusy, match="is writing to :memory:"), Lease(client, "lock").held():
            pass


def test_a_writer_that_lost_its_lease_publishes_nothing(client: QdrantClient) -> None:
    store = ServerStore(client, dimensions=4)
    with store.writing():
        index = store.build("g-1", copy_of=None)

    with pytest.raises(IndexBusy, match="lost to nobody"):
        store.publish("g-1", index)
    assert store.current() is None


def test_deployments_with_similar_names_leave_each_other_alone(client: QdrantClient) -> None:
    one, other = (ServerStore(client, dimensions=4, prefix=prefix) for prefix in ("kb", "kb-test"))
    for store in (one, other):
        with store.writing():
            store.publish("g-1", store.build("g-1", copy_of=None))

    with one.writing():
        assert one.discard() == []
    assert (one.current(), other.current()) == ("g-1", "g-1")
    other.open("g-1").close()
