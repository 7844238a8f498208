"""Points, conditions and lookups in the engine's words, and back (door of qdrant-edge)."""

from __future__ import annotations

from typing import Any

import numpy as np
import qdrant_edge as edge

from kb.index import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Lookup,
    Match,
    Nested,
    Point,
    Range,
    Scored,
    Sparse,
)


def nearest(lookup: Lookup) -> edge.QueryBatchRequest:
    """Both sides of a lookup, dense first."""
    lexical = edge.SparseVector(lookup.lexical.ids, lookup.lexical.weights)  # type: ignore[arg-type]  # arrays too
    where, exact = condition_filter(lookup.where), edge.SearchParams(exact=lookup.exact)
    return edge.QueryBatchRequest(
        [
            edge.QueryRequest(limit=lookup.limit, query=query, filter=where, params=exact)
            for query in (
                edge.Query.Nearest(lookup.dense, using="dense"),  # type: ignore[arg-type]  # arrays too
                edge.Query.Nearest(lexical, using="lexical"),
            )
        ]
    )


def condition_filter(where: AllOf) -> edge.Filter:
    """All conditions together."""
    return edge.Filter(must=[_condition(condition) for condition in where.conditions])


def _condition(condition: Condition) -> edge.ConditionType:  # noqa: PLR0911  # one a kind
    match condition:
        case Match(key, any_of):
            return edge.FieldCondition(key, match=edge.MatchAny(list(any_of)))
        case Range(key, above, below):
            return edge.FieldCondition(key, range=edge.RangeFloat(gt=above, lt=below))
        case Absent(key):
            return edge.IsEmptyCondition(key)
        case Nested(key, all_of):
            return edge.NestedCondition(key, condition_filter(AllOf(all_of)))
        case AnyOf(()):
            return edge.HasIdCondition(set())  # to the engine, an empty "should" is always met
        case AnyOf(conditions):
            return edge.Filter(should=[_condition(each) for each in conditions])
        case AllOf():
            return condition_filter(condition)


def scored(point: edge.ScoredPoint) -> Scored:
    """A ranked point."""
    return Scored(int(point.id), point.score)


def edge_point(point: Point) -> edge.Point:
    """A point to store."""
    vectors: dict[str, object] = {}
    if point.dense is not None:
        vectors["dense"] = point.dense
    if point.lexical is not None:
        vectors["lexical"] = edge.SparseVector(point.lexical.ids, point.lexical.weights)  # type: ignore[arg-type]  # arrays too
    return edge.Point(point.id, vectors, dict(point.payload))  # type: ignore[arg-type]  # arrays too


def stored_point(record: edge.Record) -> Point:
    """A point as it was stored."""
    vectors: dict[str, Any] = record.vector or {}  # type: ignore[assignment]  # all are named
    dense, lexical = vectors.get("dense"), vectors.get("lexical")
    return Point(
        id=int(record.id),
        payload=record.payload or {},
        dense=None if dense is None else np.array(dense, np.float32),
        lexical=None if lexical is None else _sparse(lexical),
    )


def _sparse(vector: edge.SparseVector) -> Sparse:
    return Sparse(np.array(vector.indices, np.uint32), np.array(vector.values, np.float32))
