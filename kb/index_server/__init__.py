"""The server store: generations as collections of a Qdrant server or cluster, one with the alias.

::

    alias <prefix>              the served generation; switched atomically
    alias <prefix>-previous     the one before, for replicas that still read it
    <prefix>--<name>            a generation
    <prefix>-lock               one point: who writes, and until when
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from qdrant_client import QdrantClient, models

from kb.errors import IndexDamaged, IndexUnavailable
from kb.index import Index
from kb.index.keys import KEYWORDS, VERSION_BOUNDS, VERSION_KEYWORD
from kb.index.recall import MIN_RECALL, recall
from kb.index_server.index import MAX_VALUES, ServerIndex, answering, place
from kb.index_server.lease import Lease

_OLDEST = (1, 16)
"""The first server that updates a point only under a condition: the writer's lease needs it."""

_POLL_S = 0.5
_STRICT = models.StrictModeConfig(
    enabled=True,
    unindexed_filtering_retrieve=False,
    unindexed_filtering_update=False,
    max_query_limit=MAX_VALUES,
    search_max_oversampling=4.0,
    upsert_max_batchsize=1_000,
)
_INT8 = models.ScalarQuantization(
    scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
)


def connect(url: str, api_key: str, timeout_s: float) -> QdrantClient:
    """A client for a server that answers; an empty key is none.

    Raises :class:`IndexUnavailable` when it does not answer or is older than 1.16.
    """
    client = QdrantClient(
        url=url,
        api_key=api_key or None,
        timeout=math.ceil(timeout_s),
        check_compatibility=False,
    )
    with answering(client):
        version = client.info().version
        if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
            raise IndexUnavailable(
                f"Qdrant at {place(client)} is {version}: 1.16 or newer is needed"
            )
    return client


class ServerStore:
    """Generations as collections; several replicas of the service may read, one process writes."""

    def __init__(
        self,
        client: QdrantClient,
        *,
        dimensions: int,
        prefix: str = "fixpoint",
        shards: int = 1,
        replicas: int = 1,
    ) -> None:
        """Ask nothing yet; the prefix, without ``--`` in it, tells deployments apart."""
        self._client, self._dimensions, self._prefix = client, dimensions, prefix
        self._shards, self._replicas = shards, replicas
        self._lease = Lease(client, f"{prefix}-lock")

    @property
    def place(self) -> str:
        """The URL, without secrets."""
        return place(self._client)

    def current(self) -> str | None:
        """The name of the served generation, ``None`` before the first."""
        collection = self._aliases().get(self._prefix)
        return None if collection is None else collection.removeprefix(self._collection(""))

    def open(self, name: str) -> ServerIndex:
        """A generation for reading; it stays until two later ones are published and discarded."""
        collection = self._collection(name)
        with answering(self._client):
            found = self._client.collection_exists(collection)
        if not found:
            raise IndexUnavailable(
                f"no collection {collection!r} at {self.place}: run `fixpoint ingest`"
            )
        return ServerIndex(self._client, collection)

    def build(self, name: str, *, copy_of: str | None) -> ServerIndex:
        """A new generation to write, as a copy of another or empty; not served yet.

        A half-built generation of the same name is thrown away first.
        """
        collection = self._collection(name)
        if collection in self._aliases().values():
            raise IndexUnavailable(f"{collection!r} is served: build under another name")
        with answering(self._client):
            self._client.delete_collection(collection)
            self._create(collection)
        built = ServerIndex(self._client, collection)
        if copy_of is not None:
            self.open(copy_of).copy_to(built)
        return built

    def publish(self, name: str, index: Index) -> None:
        """Wait until the server has indexed a generation, then let it be served, atomically.

        The server decides what to build anew. Raises
        :class:`IndexDamaged` if its graph misses too many neighbours; it is removed then.
        """
        collection = self._collection(name)
        self._settle(collection)
        found = recall(index)
        if found < MIN_RECALL:
            with answering(self._client):
                self._client.delete_collection(collection)
            raise IndexDamaged(
                f"{collection!r} finds {found:.3f} of its neighbours, not {MIN_RECALL}:"
                f" the served generation stays; run `fixpoint ingest --rebuild`"
            )
        self._lease.check()
        self._serve(collection)

    def discard(self) -> list[str]:
        """Delete all but the served generation and the one before it; return the names.

        Readers leave no trace on a server, so one generation is kept for them. For the writer.
        """
        kept, first = set(self._aliases().values()), self._collection("")
        with answering(self._client):
            found = [each.name for each in self._client.get_collections().collections]
            old = sorted(each for each in found if each.startswith(first) and each not in kept)
            for collection in old:
                self._client.delete_collection(collection)
        return [collection.removeprefix(first) for collection in old]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for one writer; raise :class:`IndexBusy` if another has it."""
        with self._lease.held():
            yield

    def _collection(self, name: str) -> str:
        return f"{self._prefix}--{name}"

    def _aliases(self) -> dict[str, str]:
        with answering(self._client):
            found = self._client.get_aliases().aliases
        return {alias.alias_name: alias.collection_name for alias in found}

    def _create(self, collection: str) -> None:
        self._client.create_collection(
            collection,
            vectors_config={
                "dense": models.VectorParams(
                    size=self._dimensions, distance=models.Distance.COSINE, on_disk=True
                )
            },
            sparse_vectors_config={"lexical": models.SparseVectorParams()},
            shard_number=self._shards,
            replication_factor=self._replicas,
            quantization_config=_INT8,
            strict_mode_config=_STRICT,
        )
        for key in (*KEYWORDS, VERSION_KEYWORD):
            self._client.create_payload_index(collection, key, models.PayloadSchemaType.KEYWORD)
        for key in VERSION_BOUNDS:
            bound = models.IntegerIndexParams(
                type=models.IntegerIndexType.INTEGER, lookup=False, range=True
            )
            self._client.create_payload_index(collection, key, bound)

    def _settle(self, collection: str) -> None:
        """Wait until the server has built its graph, as long as this writer holds the lease."""
        while True:
            self._lease.check()
            with answering(self._client):
                status = self._client.get_collection(collection).status
            if status == models.CollectionStatus.RED:
                raise IndexDamaged(f"{collection!r} at {self.place} is broken: see its log")
            if status != models.CollectionStatus.YELLOW:
                return
            time.sleep(_POLL_S)

    def _serve(self, collection: str) -> None:
        before = self._aliases().get(self._prefix)
        changes: list[models.AliasOperations] = [_alias(self._prefix, collection)]
        if before is not None:
            changes.append(_alias(f"{self._prefix}-previous", before))
        with answering(self._client):
            self._client.update_collection_aliases(changes)


def _alias(name: str, collection: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(
        create_alias=models.CreateAlias(collection_name=collection, alias_name=name)
    )
