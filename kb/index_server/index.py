"""One generation on a Qdrant server or cluster, as a collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from kb.errors import IndexUnavailable
from kb.index import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Lookup,
    Match,
    Nested,
    Payload,
    Point,
    Range,
    Ranked,
    Scored,
    Sparse,
)
from kb.index.batches import MAX_POINTS, batches

MAX_VALUES = 100_000
"""Most values of one facet; strict mode counts them against the limit of a query."""

_PAGE = 1_000
_RESCORED = models.QuantizationSearchParams(rescore=True, oversampling=2.0)


class ServerIndex:
    """A collection; the client is shared and stays open."""

    def __init__(self, client: QdrantClient, collection: str) -> None:
        """Nothing is asked of the server yet."""
        self._client, self.collection = client, collection

    def ranked(self, lookup: Lookup) -> Ranked:
        """The best points of both sides, by one request."""
        requests = [_nearest(lookup, lookup.dense.tolist(), "dense")]
        if len(lookup.lexical.ids):  # the server refuses a vector without terms
            requests.append(_nearest(lookup, _server_sparse(lookup.lexical), "lexical"))
        with answering(self._client):
            found = self._client.query_batch_points(self.collection, requests)
        dense, *lexical = ([_scored(point) for point in side.points] for side in found)
        return Ranked(dense, [scored for side in lexical for scored in side if scored.score > 0])

    def fetch(
        self, ids: Sequence[int], where: AllOf, fields: Sequence[str] | None
    ) -> dict[int, Payload]:
        """The asked payload keys, ``None`` = all, of those points that meet the conditions."""
        known = models.HasIdCondition(has_id=list(ids))
        return dict(self._pages(models.Filter(must=[known, filter_of(where)]), fields))

    def vectors(self, ids: Sequence[int]) -> list[Point]:
        """Those points that exist, whole, in the order asked for."""
        points = {}
        for start in range(0, len(ids), MAX_POINTS):
            part = ids[start : start + MAX_POINTS]
            with answering(self._client):
                records = self._client.retrieve(self.collection, part, with_vectors=True)
            points.update({int(record.id): _point(record) for record in records})
        return [points[asked] for asked in ids if asked in points]

    def scroll(self, where: AllOf, fields: Sequence[str]) -> Iterator[tuple[int, Payload]]:
        """Every point that meets the conditions, by id, with the asked payload keys."""
        return self._pages(filter_of(where), fields)

    def count(self, where: AllOf) -> int:
        """How many points meet the conditions, exactly."""
        with answering(self._client):
            return self._client.count(self.collection, filter_of(where), exact=True).count

    def facet(self, key: str, where: AllOf) -> dict[str, int]:
        """How many points that meet the conditions hold each value of an indexed keyword key."""
        with answering(self._client):
            found = self._client.facet(
                self.collection, key, filter_of(where), limit=MAX_VALUES, exact=True
            )
        return {str(hit.value): hit.count for hit in found.hits}

    def upsert(self, points: Sequence[Point]) -> None:
        """Store points; one with a known id is replaced whole."""
        for batch in batches(points):
            with answering(self._client):
                self._client.upsert(self.collection, [_struct(point) for point in batch])

    def relabel(self, payloads: Mapping[int, Payload]) -> None:
        """Replace the whole payload of known points; their vectors stay."""
        operations = [
            models.OverwritePayloadOperation(
                overwrite_payload=models.SetPayload(payload=dict(payload), points=[point])
            )
            for point, payload in payloads.items()
        ]
        for start in range(0, len(operations), MAX_POINTS):
            with answering(self._client):
                self._client.batch_update_points(
                    self.collection, operations[start : start + MAX_POINTS]
                )

    def delete(self, ids: Sequence[int]) -> None:
        """Forget points; unknown ids are no error."""
        if not ids:  # a request without points is one to the client
            return
        with answering(self._client):
            self._client.delete(self.collection, models.PointIdsList(points=list(ids)))

    def copy_to(self, target: ServerIndex) -> None:
        """Write every point, with its vectors, into another collection."""
        for records in self._records(
            models.Filter(), with_payload=True, size=MAX_POINTS, with_vectors=True
        ):
            target.upsert([_point(record) for record in records])

    def close(self) -> None:
        """Nothing to give back: the client belongs to the store."""

    def _pages(
        self, where: models.Filter, fields: Sequence[str] | None
    ) -> Iterator[tuple[int, Payload]]:
        payload = True if fields is None else list(fields) or False
        for records in self._records(where, with_payload=payload, size=_PAGE):
            yield from ((int(record.id), record.payload or {}) for record in records)

    def _records(
        self,
        where: models.Filter,
        *,
        with_payload: bool | list[str],
        size: int,
        with_vectors: bool = False,
    ) -> Iterator[list[models.Record]]:
        offset = None
        while True:
            with answering(self._client):
                records, offset = self._client.scroll(
                    self.collection,
                    where,
                    limit=size,
                    offset=offset,
                    with_payload=with_payload,
                    with_vectors=with_vectors,
                )
            yield records
            if offset is None:
                return


@contextmanager
def answering(client: QdrantClient) -> Iterator[None]:
    """Turn every failure of the client into :class:`IndexUnavailable`, naming the place.

    A missing collection is a ``ValueError`` or an HTTP 404, a missing point a ``KeyError``, a
    closed client a ``RuntimeError``, depending on what answers.
    """
    try:
        yield
    except UnexpectedResponse as error:
        said = error.content.decode("utf-8", "replace")[:500]
        raise IndexUnavailable(f"Qdrant at {place(client)}: {error.status_code} {said}") from error
    except (ApiException, QdrantException, ValueError, KeyError, RuntimeError, OSError) as error:
        raise IndexUnavailable(
            f"Qdrant at {place(client)} failed: {error}; see that it runs, then try again"
        ) from error


def place(client: QdrantClient) -> str:
    """Where a client's Qdrant is, without user names, passwords and keys."""
    options = client.init_options
    where = str(options["url"] or options["host"] or options["path"] or options["location"])
    scheme, separator, rest = where.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2].partition('?')[0]}"


def filter_of(where: AllOf) -> models.Filter:
    """Conditions in the server's words."""
    return models.Filter(must=[_condition(condition) for condition in where.conditions])


def _condition(condition: Condition) -> models.Condition:  # noqa: PLR0911  # one a kind
    match condition:
        case Match(key, any_of):
            return models.FieldCondition(key=key, match=models.MatchAny(any=list(any_of)))
        case Range(key, above, below):
            return models.FieldCondition(key=key, range=models.Range(gt=above, lt=below))
        case Absent(key):
            return models.IsEmptyCondition(is_empty=models.PayloadField(key=key))
        case Nested(key, all_of):
            nested = models.Nested(key=key, filter=filter_of(AllOf(all_of)))
            return models.NestedCondition(nested=nested)
        case AnyOf(()):
            return models.HasIdCondition(has_id=[])  # an empty "should" is always met
        case AnyOf(conditions):
            return models.Filter(should=[_condition(each) for each in conditions])
        case AllOf():
            return filter_of(condition)


def _nearest(
    lookup: Lookup, vector: list[float] | models.SparseVector, using: str
) -> models.QueryRequest:
    return models.QueryRequest(
        query=models.NearestQuery(nearest=vector),
        using=using,
        filter=filter_of(lookup.where),
        limit=lookup.limit,
        with_payload=False,
        params=models.SearchParams(exact=lookup.exact, quantization=_RESCORED),
    )


def _struct(point: Point) -> models.PointStruct:
    vectors: dict[str, Any] = {}
    if point.dense is not None:
        vectors["dense"] = point.dense.tolist()
    if point.lexical is not None:
        vectors["lexical"] = _server_sparse(point.lexical)
    return models.PointStruct(id=point.id, vector=vectors, payload=dict(point.payload))


def _server_sparse(sparse: Sparse) -> models.SparseVector:
    return models.SparseVector(indices=sparse.ids.tolist(), values=sparse.weights.tolist())


def _scored(point: models.ScoredPoint) -> Scored:
    return Scored(int(point.id), point.score)


def _point(record: models.Record) -> Point:
    vectors: Any = record.vector or {}
    dense, lexical = vectors.get("dense"), vectors.get("lexical")
    return Point(
        id=int(record.id),
        payload=record.payload or {},
        dense=None if dense is None else np.array(dense, np.float32),
        lexical=None if lexical is None else _sparse(lexical),
    )


def _sparse(vector: models.SparseVector) -> Sparse:
    return Sparse(np.array(vector.indices, np.uint32), np.array(vector.values, np.float32))
