"""From articles to a generation: what has to change, and changing it in a copy nobody reads yet."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from kb import blobs, conditions, directory, generation, points, statistics
from kb.chunking import label_hash, passage, resolution_hash
from kb.domain import Article, ArticleId, Chunk, ChunkId, Vector
from kb.index import AllOf, Index, Store
from kb.inventory import Inventory
from kb.lexical import Lexicon
from kb.points import Record

FORMAT = 3
"""Raised when chunks, terms or payloads change their form: the index is then built anew."""
GROWTH = 2.0
"""A generation that grew so many times since its average length was taken is built anew."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What brings the chunks of one article up to date."""

    add: tuple[Chunk, ...]
    delete: tuple[ChunkId, ...]
    relabel: tuple[Chunk, ...]
    """Known text under another label."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One article as it stands in its file, with what has to change for it."""

    record: Record
    source: str
    plan: Plan

    def __deepcopy__(self, _memo: object) -> Revision:
        """Itself, for it never changes: pipelines copy whatever they pass on."""
        return self


@dataclass(frozen=True, slots=True)
class Counts:
    """Chunks that a build changed."""

    added: int = 0
    deleted: int = 0
    relabelled: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.added + other.added,
            self.deleted + other.deleted,
            self.relabelled + other.relabelled,
        )


def plan(known: Mapping[ChunkId, str], chunks: Sequence[Chunk]) -> Plan:
    """The difference between what is indexed of an article and its chunks now.

    ``known`` maps each indexed chunk to the hash of its label.
    """
    current = {chunk.id for chunk in chunks}
    return Plan(
        add=tuple(chunk for chunk in chunks if chunk.id not in known),
        delete=tuple(id_ for id_ in known if id_ not in current),
        relabel=tuple(
            chunk
            for chunk in chunks
            if chunk.id in known and known[chunk.id] != label_hash(chunk.label)
        ),
    )


def passages(revisions: Iterable[Revision]) -> list[str]:
    """The distinct passages of all chunks to add, first seen first."""
    return list(dict.fromkeys(passage(chunk) for each in revisions for chunk in each.plan.add))


def counts(revisions: Iterable[Revision]) -> Counts:
    """How many chunks these revisions change."""
    plans = [revision.plan for revision in revisions]
    return Counts(
        added=sum(len(each.add) for each in plans),
        deleted=sum(len(each.delete) for each in plans),
        relabelled=sum(len(each.relabel) for each in plans),
    )


def record(article: Article, chunks: Sequence[Chunk], file_hash: str) -> Record:
    """What the index keeps of an article."""
    return Record(
        article=article.id,
        path=article.path,
        file_hash=file_hash,
        title=article.title,
        summary=article.summary,
        audience=article.audience,
        confidence=article.confidence,
        resolution=resolution_hash(article),
        aliases=article.aliases,
        chunks={chunk.id: label_hash(chunk.label) for chunk in chunks},
    )


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
