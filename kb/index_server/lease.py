"""The writer's lease on a server: no file lock reaches across machines.

One point says who writes and until when. A server writes it only if it is missing or its term
is over, in one conditional update, so of two writers one sees the other's name afterwards. A
killed writer's lease ends by itself. The machines' clocks must agree within the term.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import UUID, uuid4

from qdrant_client import QdrantClient, models

from kb.errors import IndexBusy, KbError
from kb.index import AllOf, Match, Range
from kb.index_server.index import answering, filter_of, place

logger = logging.getLogger(__name__)

TERM_S = 60.0
"""How long a killed writer keeps others out; a live one renews three times as often."""

_POINT = str(UUID(int=0))


class Lease:
    """The right to write, kept by a thread while it is held."""

    def __init__(self, client: QdrantClient, collection: str, *, term_s: float = TERM_S) -> None:
        """Nothing is asked of the server yet."""
        self._client, self._collection, self._term_s = client, collection, term_s
        self._name = f"process {os.getpid()} on {socket.gethostname()} ({uuid4().hex[:8]})"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lease; raise :class:`IndexBusy` naming its holder if another process has it."""
        self._prepare()
        self._write(AllOf((Range("until_ms", below=_now_ms()),)))
        holder = self._holder()
        if holder != self._name:
            raise IndexBusy(
                f"{holder} is writing to {place(self._client)}: wait until it ends, or stop it and"
                f" wait {self._term_s:.0f} seconds"
            )
        ended = Event()
        renewal = Thread(target=self._renew, args=(ended,), name="lease", daemon=True)
        renewal.start()
        try:
            yield
        finally:
            ended.set()
            renewal.join()
            self._give_back()

    def check(self) -> None:
        """Raise :class:`IndexBusy` unless the lease is ours at this moment."""
        holder = self._holder()
        if holder != self._name:
            raise IndexBusy(
                f"the right to write to {place(self._client)} is lost to {holder}: try again"
            )

    def _prepare(self) -> None:
        with answering(self._client):
            if not self._client.collection_exists(self._collection):
                self._client.create_collection(self._collection, vectors_config={})

    def _holder(self) -> str:
        """Whose term is not over, or nobody's."""
        with answering(self._client):
            found = self._client.retrieve(self._collection, [_POINT])
        lease = (found[0].payload or {}) if found else {}
        return str(lease["holder"]) if lease.get("until_ms", 0) > _now_ms() else "nobody"

    def _write(self, where: AllOf) -> None:
        """Write our name and a new term if the point is missing or meets the conditions."""
        until = _now_ms() + int(1000 * self._term_s)
        payload = {"holder": self._name, "until_ms": until}
        with answering(self._client):
            self._client.upsert(
                self._collection,
                [models.PointStruct(id=_POINT, vector={}, payload=payload)],
                ordering=models.WriteOrdering.STRONG,
                update_filter=filter_of(where),
            )

    def _renew(self, ended: Event) -> None:
        while not ended.wait(self._term_s / 3):
            try:
                self._write(self._ours())
            except KbError as error:
                logger.warning("the writer's lease was not renewed: %s", error)

    def _give_back(self) -> None:
        with answering(self._client):
            self._client.delete(
                self._collection,
                models.FilterSelector(filter=filter_of(self._ours())),
                ordering=models.WriteOrdering.STRONG,
            )

    def _ours(self) -> AllOf:
        return AllOf((Match("holder", (self._name,)),))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
