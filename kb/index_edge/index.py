"""One generation in this process: points, conditions and calls in the engine's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from errno import EACCES, EROFS
from pathlib import Path
from typing import IO

import qdrant_edge as edge

from kb.errors import IndexDamaged, IndexUnavailable
from kb.index import AllOf, Lookup, Payload, Point, Ranked
from kb.index.batches import batches
from kb.index.keys import KEYWORDS, VERSION_BOUNDS, VERSION_KEYWORD, VERSIONS
from kb.index.recall import recall
from kb.index_edge import folders
from kb.index_edge.translation import (
    condition_filter,
    edge_point,
    nearest,
    scored,
    stored_point,
)

_PAGE = 1_000
_ALL_VALUES = 1_000_000
_NO_GRAPHS_KB = 2**30
"""A terabyte, more than any segment holds: none is large enough for a graph."""
_U = edge.UpdateOperation


@dataclass(frozen=True, slots=True)
class Sizes:
    """How an index is cut while it is written."""

    settle_every: int = 4_096
    """So many points are written before they are forced to disk."""
    segment_kb: int = 300_000
    """Vectors of segments that are merged, at most: a search visits every segment, and 113,000
    filtered points take it 3.1 ms in eight segments, 0.16 ms in one. What is written in one go is
    one segment whatever its size; the memory that building a graph takes grows with its segment.
    """


SIZES = Sizes()


class EdgeIndex:
    """One generation in this process; the engine holds the GIL during every call."""

    def __init__(
        self,
        shard: edge.EdgeShard,
        folder: Path,
        lock: IO[bytes] | None = None,
        *,
        sizes: Sizes = SIZES,
    ) -> None:
        """Own an open shard and, when reading, the lock that keeps its files."""
        self._shard, self._folder, self._lock, self._sizes = shard, folder, lock, sizes
        self._written = 0

    def ranked(self, lookup: Lookup) -> Ranked:
        """The best points of both sides, by one call to the engine."""
        with _engine(self._folder):
            found = self._shard.query_batch(nearest(lookup))
        dense, lexical_hits = ([scored(point) for point in side] for side in found)
        return Ranked(dense, [hit for hit in lexical_hits if hit.score > 0])

    def fetch(
        self, ids: Sequence[int], where: AllOf, fields: Sequence[str] | None
    ) -> dict[int, Payload]:
        """The asked payload keys, ``None`` = all, of those points that meet the conditions."""
        known = edge.HasIdCondition(set(ids))
        return dict(self._pages(edge.Filter(must=[known, condition_filter(where)]), fields))

    def vectors(self, ids: Sequence[int]) -> list[Point]:
        """Those points that exist, whole, in the order asked for."""
        with _engine(self._folder):
            records = self._shard.retrieve(list(ids), with_payload=True, with_vector=True)
        points = {int(record.id): stored_point(record) for record in records}
        return [points[asked] for asked in ids if asked in points]

    def scroll(self, where: AllOf, fields: Sequence[str]) -> Iterator[tuple[int, Payload]]:
        """Every point that meets the conditions, by id, with the asked payload keys."""
        return self._pages(condition_filter(where), fields)

    def count(self, where: AllOf) -> int:
        """How many points meet the conditions, exactly."""
        with _engine(self._folder):
            return self._shard.count(edge.CountRequest(exact=True, filter=condition_filter(where)))

    def facet(self, key: str, where: AllOf) -> dict[str, int]:
        """How many points that meet the conditions hold each value of an indexed keyword key."""
        request = edge.FacetRequest(
            key, limit=_ALL_VALUES, exact=True, filter=condition_filter(where)
        )
        with _engine(self._folder):
            return {str(hit.value): hit.count for hit in self._shard.facet(request).hits}

    def upsert(self, points: Sequence[Point]) -> None:
        """Store points; one with a known id is replaced whole."""
        for batch in batches(points):
            self._update(_U.upsert_points([edge_point(point) for point in batch]))
            self._written += len(batch)
            if self._written >= self._sizes.settle_every:
                self._written = 0
                self._settle()

    def relabel(self, payloads: Mapping[int, Payload]) -> None:
        """Replace the whole payload of known points; their vectors stay."""
        for point, payload in payloads.items():
            self._update(_U.overwrite_payload([point], dict(payload)))

    def delete(self, ids: Sequence[int]) -> None:
        """Forget points; unknown ids are no error."""
        self._update(_U.delete_points(list(ids)))

    def finish(self, dimensions: int) -> float:
        """Build what the engine finds due and close; the recall of the index as readers load it.

        Due is a segment that outgrew plain search (10 MB of vectors) or lost a fifth of its points.
        No other thread of this process runs meanwhile. Loading rewrites the engine's settings once.
        """
        self._settle()
        self.close()
        with closing(_loaded(self._folder, _config(dimensions, self._sizes))) as index:
            index._settle()
        with closing(loaded(self._folder)) as index:
            return recall(index)

    def close(self) -> None:
        """Give back files; a second call does nothing."""
        with _engine(self._folder):
            self._shard.close()
        if self._lock is not None:
            self._lock.close()

    def _settle(self) -> None:
        """Force all to disk, in the segments that the settings ask for."""
        folders.need_room(self._folder, size=folders.disk_size(self._folder))
        with _engine(self._folder):
            self._shard.flush()
            if self._shard.optimize():
                self._shard.flush()

    def _update(self, operation: edge.UpdateOperation) -> None:
        folders.need_room(self._folder)
        with _engine(self._folder):
            self._shard.update(operation)

    def _pages(
        self, where: edge.Filter, fields: Sequence[str] | None
    ) -> Iterator[tuple[int, Payload]]:
        offset, payload = None, True if fields is None else list(fields) or False
        while True:
            with _engine(self._folder):
                records, offset = self._shard.scroll(
                    edge.ScrollRequest(
                        offset=offset, limit=_PAGE, filter=where, with_payload=payload
                    )
                )
            yield from ((int(record.id), record.payload or {}) for record in records)
            if offset is None:
                return


@contextmanager
def _engine(
    place: Path, kind: type[IndexUnavailable | IndexDamaged] = IndexUnavailable
) -> Iterator[None]:
    """Name the engine's failures: it raises bare ``Exception``, a panic no ``Exception`` at all."""
    try:
        yield
    except BaseException as error:
        if type(error) is not Exception and type(error).__name__ != "PanicException":
            raise
        # The engine opens every file for writing, even to read it.
        refused = any(f"(os error {each})" in str(error) for each in (EACCES, EROFS))
        advice = folders.WRITABLE if refused else folders.ADVICE
        raise kind(f"the index at {place} failed: {error}; {advice}") from error


def created(folder: Path, *, dimensions: int, sizes: Sizes = SIZES) -> EdgeIndex:
    """An empty index in an existing folder, without a log: only what was settled is durable."""
    folders.need_room(folder)
    with _engine(folder):
        shard = _created(folder, _config(dimensions, sizes, written=True))
        return EdgeIndex(shard, folder, sizes=sizes)


def copied(folder: Path, *, dimensions: int, sizes: Sizes = SIZES) -> EdgeIndex:
    """A copied index, to be written further. Raises :class:`IndexDamaged`."""
    return _loaded(folder, _config(dimensions, sizes, written=True), sizes=sizes)


def loaded(folder: Path, lock: IO[bytes] | None = None) -> EdgeIndex:
    """The index in a folder; closing it closes the lock too. Raises :class:`IndexDamaged`."""
    return _loaded(folder, None, lock)


def _loaded(
    folder: Path,
    config: edge.EdgeConfig | None,
    lock: IO[bytes] | None = None,
    *,
    sizes: Sizes = SIZES,
) -> EdgeIndex:
    with _engine(folder, IndexDamaged):
        return EdgeIndex(edge.EdgeShard.load(str(folder), config), folder, lock, sizes=sizes)


def _created(folder: Path, config: edge.EdgeConfig) -> edge.EdgeShard:
    shard = edge.EdgeShard.create(str(folder), config)
    for key in KEYWORDS:
        shard.update(_U.create_field_index(key, edge.PayloadSchemaType.Keyword))
    keyword = edge.KeywordIndexParams(nested=VERSIONS)
    shard.update(_U.create_field_index(VERSION_KEYWORD, keyword))
    for key in VERSION_BOUNDS:
        bound = edge.IntegerIndexParams(lookup=False, range=True, nested=VERSIONS)
        shard.update(_U.create_field_index(key, bound))
    return shard


def _config(dimensions: int, sizes: Sizes, *, written: bool = False) -> edge.EdgeConfig:
    """Settings of a shard; while it is ``written``, no graph is built.

    Each would be thrown away when its segment grows: 54,000 points took 39 s with graphs all the
    way, and take 11 s and a graph of 19 s.
    """
    return edge.EdgeConfig(
        vectors={"dense": edge.EdgeVectorParams(dimensions, edge.Distance.Cosine)},
        sparse_vectors={"lexical": edge.EdgeSparseVectorParams(memory=edge.Memory.Cold)},
        optimizers=edge.EdgeOptimizersConfig(
            max_segment_size=sizes.segment_kb,
            default_segment_number=2,  # merging aims at it on any machine: one full, one to write
            indexing_threshold=_NO_GRAPHS_KB if written else None,
        ),
        max_search_threads=1,  # handing two small searches to a pool costs more than both of them
        wal_enabled=False,
    )
