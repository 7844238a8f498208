"""Changing the index: a copy nobody reads yet, written and then published."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from threading import Lock

from kb import blobs, conditions, directory, generation, points, statistics
from kb.chunking import passage
from kb.domain import ArticleId, Chunk, ChunkId, Vector
from kb.index import AllOf, Index, Store
from kb.inventory import Inventory
from kb.lexical import Lexicon
from kb.points import Record
from kb.revising import Revision, passages

FORMAT = 4
"""Raised when chunks, terms or payloads change their form: the index is then built anew."""
GROWTH = 2.0
"""A generation that grew so many times since its average length was taken is built anew."""


def schema(encoder: str, lexicon: str) -> str:
    """What all generations share whose points can stand side by side, by two fingerprints."""
    digest = blake2b(f"{FORMAT}/{lexicon}".encode(), digest_size=4).hexdigest()
    return f"{encoder}-{digest}"


def schema_of(name: str) -> str:
    """The schema of a generation's name."""
    return name.rpartition("-")[0]


def next_name(schema: str, current: str | None) -> str:
    """A name that no other generation has, even after an index was deleted under a service.

    ``<schema>-<number>.<chance>``; the number is one above that of the current generation.
    """
    number = int(current.rpartition("-")[2].partition(".")[0]) if current else 0
    return f"{schema}-{number + 1:06d}.{secrets.token_hex(3)}"


def average_length(lexicon: Lexicon, chunks: Iterable[Chunk]) -> float:
    """Mean number of terms a chunk, at least 1."""
    lengths = [lexicon.length(lexicon.terms(passage(chunk))) for chunk in chunks]
    return max(sum(lengths) / max(len(lengths), 1), 1.0)


class Build:
    """A generation being written: the copy is made at the first change, or never.

    Several threads may apply revisions; the order of different articles does not matter.
    """

    def __init__(
        self,
        store: Store,
        lexicon: Lexicon,
        name: str,
        *,
        copy_of: str | None,
        average_length: float,
    ) -> None:
        """Prepare; ``average_length`` counts only where there is nothing to copy."""
        self.name = name
        self._store, self._lexicon = store, lexicon
        self._copy_of, self._average_length = copy_of, average_length
        self._lock = Lock()
        self._index: Index | None = None
        self._inventory: Inventory | None = None

    def apply(self, revisions: Sequence[Revision], vectors: Mapping[str, Vector]) -> None:
        """Write articles; ``vectors`` holds every added chunk's passage."""
        if not revisions:
            return
        terms = {text: self._lexicon.terms(text) for text in passages(revisions)}
        with self._lock:
            self._apply(revisions, vectors, terms)

    def _apply(
        self,
        revisions: Sequence[Revision],
        vectors: Mapping[str, Vector],
        terms: Mapping[str, Mapping[str, int]],
    ) -> None:
        index, inventory = self._open()
        plans = [revision.plan for revision in revisions]
        _delete(index, inventory, [id_ for plan in plans for id_ in plan.delete])
        added = [chunk for plan in plans for chunk in plan.add]
        sparse = [
            self._lexicon.document(terms[passage(chunk)], average_length=inventory.average_length)
            for chunk in added
        ]
        index.upsert(
            [
                points.chunk_point(chunk, vectors[passage(chunk)], lexical)
                for chunk, lexical in zip(added, sparse, strict=True)
            ]
        )
        relabelled = [chunk for plan in plans for chunk in plan.relabel]
        index.relabel({chunk.id: points.chunk_payload(chunk) for chunk in relabelled})
        index.upsert(
            [
                point
                for each in revisions
                for point in points.record_points(each.record, each.source)
            ]
        )
        inventory.add(added, sparse)

    def forget(self, records: Sequence[Record]) -> None:
        """Delete whole articles."""
        if not records:
            return
        index, inventory = self._open()
        _delete(index, inventory, [id_ for record in records for id_ in record.chunks or ()])
        articles = [record.article for record in records]
        index.delete(
            [id_(each) for each in articles for id_ in (points.record_id, points.source_id)]
        )

    def publish(self) -> bool:
        """Let what was written be served; whether there was anything to publish.

        A build that copies nothing is published even if it is empty.
        """
        if self._index is None and self._copy_of is not None:
            return False
        index, inventory = self._open()
        counted, filed = inventory.settled()
        if self._copy_of is None:
            counted = statistics.based(counted)
        blobs.write(index, generation.STATISTICS, statistics.to_bytes(counted))
        blobs.write(index, generation.DIRECTORY, directory.to_bytes(filed))
        self._store.publish(self.name, index)
        self._index = None
        self._store.discard()
        return True

    def close(self) -> None:
        """Give up what was not published."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def _open(self) -> tuple[Index, Inventory]:
        if self._index is None or self._inventory is None:
            self._index = self._store.build(self.name, copy_of=self._copy_of)
            self._inventory = (
                Inventory(
                    generation.read_statistics(self._index),
                    generation.read_directory(self._index),
                )
                if self._copy_of
                else Inventory(
                    statistics.empty(average_length=self._average_length, basis=0),
                    directory.empty(),
                )
            )
        return self._index, self._inventory


def _delete(index: Index, inventory: Inventory, ids: Sequence[ChunkId]) -> None:
    if ids:
        inventory.remove(index.vectors(ids))
        index.delete(ids)


def known_records(index: Index) -> dict[ArticleId, Record]:
    """Every record of a generation, by article."""
    return {record.article: record for record in generation.manifest(index)}


def outgrown(index: Index) -> bool:
    """Whether a generation's average length was taken over far fewer chunks than it holds now."""
    known = generation.read_statistics(index)
    return index.count(AllOf((conditions.is_(conditions.CHUNK),))) > GROWTH * max(known.basis, 100)
