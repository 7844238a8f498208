"""Whether the served index holds exactly what the articles say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.batches import batches, survey
from ingest.components import ArticleChunker, Chunked, MarkdownReader
from kb import indexing, points, revising
from kb.chunking import passage
from kb.directory import Directory
from kb.domain import ArticleId, Chunk, ChunkId
from kb.errors import BadArticle
from kb.generation import open_current, read_directory, read_statistics, stored_chunks
from kb.index import Index, Payload, Point, Sparse
from kb.library import Library
from kb.points import Record
from kb.wiring import Parts

POINTS = 1_000
"""So many points are compared at a time: bounds memory."""
EXAMPLES = 3
"""At most so many files of each kind are told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the index is not what the articles say."""

    what: str
    count: int
    examples: tuple[str, ...]
    """Files where they are known, else ids; by name."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor found."""

    generation: str | None
    articles: int
    chunks: int
    differences: tuple[Difference, ...]
    problems: tuple[BadArticle, ...]
    """Files that cannot be read: what is served of them is older than they are."""

    @property
    def sound(self) -> bool:
        """Whether there is an index, and index = articles."""
        return self.generation is not None and not (self.differences or self.problems)


@dataclass(frozen=True, slots=True)
class _Sides:
    """What the articles say, and what is indexed, of files that can be read."""

    chunks: Mapping[ChunkId, Chunk]
    records: Mapping[ArticleId, Record]
    stored_chunks: Mapping[ChunkId, Chunk]
    stored_records: Mapping[ArticleId, Record]
    sources: Mapping[ArticleId, str]
    """The Markdown of each file."""

    def places(self, ids: Set[ChunkId | ArticleId]) -> set[str]:
        """The files of articles or chunks; the id itself where none is known."""
        return {self._place(id_) for id_ in ids}

    def _place(self, id_: ChunkId | ArticleId) -> str:
        article = id_ if isinstance(id_, str) else self._article(id_)
        record = self.records.get(article) or self.stored_records.get(article) if article else None
        return record.path if record else str(id_)

    def _article(self, id_: ChunkId) -> ArticleId | None:
        chunk = self.chunks.get(id_) or self.stored_chunks.get(id_)
        return chunk.article if chunk else None


def examine(parts: Parts, articles: Path) -> Examination:
    """Read every article, read every stored chunk, and compare ids, labels and vectors."""
    found = open_current(parts.store)
    if found is None:
        return Examination(None, 0, 0, (), ())
    current, opened = found
    with closing(opened) as index:
        chunked, problems = _read(parts, articles)
        differences = tuple(_schema(parts, current))
        # What is of another form cannot be compared any further.
        if not differences:
            sides = _sides(index, chunked, {problem.path for problem in problems})
            differences = (
                *_articles(sides),
                *_chunks(sides),
                *_vectors(parts, index, sides),
                *_shelves(index, sides),
                *_filed(index, sides),
            )
    chunks = sum(len(each.chunks) for each in chunked)
    return Examination(current, len(chunked), chunks, differences, tuple(problems))


def _sides(index: Index, chunked: Sequence[Chunked], broken: Set[str]) -> _Sides:
    known = indexing.known_records(index)
    kept = {id_ for each in known.values() if each.path in broken for id_ in each.chunks or ()}
    return _Sides(
        chunks={chunk.id: chunk for each in chunked for chunk in each.chunks},
        records={each.sourced.article.id: _record(each) for each in chunked},
        stored_chunks={chunk.id: chunk for chunk in stored_chunks(index) if chunk.id not in kept},
        stored_records={id_: each for id_, each in known.items() if each.path not in broken},
        sources={each.sourced.article.id: each.sourced.source for each in chunked},
    )


def _record(chunked: Chunked) -> Record:
    sourced = chunked.sourced
    return revising.record(sourced.article, chunked.chunks, sourced.file_hash)


def _read(parts: Parts, articles: Path) -> tuple[list[Chunked], list[BadArticle]]:
    surveyed = survey(Library(articles), {})
    reader, chunker = MarkdownReader(), ArticleChunker(parts.encoder)
    chunked: list[Chunked] = []
    problems = list(surveyed.problems)
    for batch in batches(surveyed.files):
        read = reader.run(batch)
        problems += read["problems"]
        chunked += chunker.run(read["articles"])["chunked"]
    return chunked, problems


def _schema(parts: Parts, current: str) -> Iterator[Difference]:
    if indexing.schema_of(current) != parts.schema:
        yield Difference("made by another encoder, vocabulary or version", 1, (current,))


def _articles(sides: _Sides) -> Iterator[Difference]:
    expected, known = sides.records, sides.stored_records
    both = expected.keys() & known.keys()
    changed = {id_ for id_ in both if expected[id_] != known[id_]}
    yield from _difference("articles not indexed", expected.keys() - known.keys(), sides)
    yield from _difference("articles indexed without a file", known.keys() - expected.keys(), sides)
    yield from _difference("articles that changed since", changed, sides)


def _chunks(sides: _Sides) -> Iterator[Difference]:
    expected, stored = sides.chunks, sides.stored_chunks
    both = expected.keys() & stored.keys()
    changed = {id_ for id_ in both if expected[id_] != stored[id_]}
    yield from _difference("chunks not indexed", expected.keys() - stored.keys(), sides)
    yield from _difference("orphaned chunks", stored.keys() - expected.keys(), sides)
    yield from _difference("chunks with an old label or text", changed, sides)


def _vectors(parts: Parts, index: Index, sides: _Sides) -> Iterator[Difference]:
    """Terms are weighed anew and compared; vectors must be there: encoding takes too long."""
    average = read_statistics(index).average_length
    bare: set[ChunkId] = set()
    stale: set[ChunkId] = set()
    for each in _points(index, list(sides.chunks)):
        bare |= {ChunkId(point.id) for point in each if point.dense is None}
        stale |= {
            id_
            for id_, point in ((ChunkId(point.id), point) for point in each)
            if not _alike(_terms(parts, sides.chunks[id_], average), point.lexical)
        }
    yield from _difference("chunks without vectors", bare, sides)
    yield from _difference("chunks with other terms", stale, sides)


def _shelves(index: Index, sides: _Sides) -> Iterator[Difference]:
    """Who may see a point is one key of its payload, beside what it is made of."""
    records = [
        points.record_points(sides.records[id_], sides.sources[id_])
        for id_ in sides.records.keys() & sides.stored_records.keys()
    ]
    articles = {point.id: point.payload for each in records for point in each}
    chunks: dict[int, Payload] = {
        id_: points.chunk_payload(chunk) for id_, chunk in sides.chunks.items()
    }
    expected: dict[int, Payload] = {**articles, **chunks}
    seen = {
        ArticleId(str(point.payload["article"]))
        for each in _points(index, list(expected))
        for point in each
        if point.payload.get("shelf") != expected[point.id]["shelf"]
    }
    yield from _difference("chunks or articles that others may see", seen, sides)


def _filed(index: Index, sides: _Sides) -> Iterator[Difference]:
    known = read_directory(index)
    both = sides.chunks.keys() & sides.stored_chunks.keys()
    lost = {id_ for id_ in both if not _is_filed(known, sides.chunks[id_])}
    yield from _difference("chunks that the directory does not know", lost, sides)


def _is_filed(known: Directory, chunk: Chunk) -> bool:
    try:
        (hit,) = known.hits([chunk.id], [0.0])
    except KeyError:
        return False
    return (hit.article, hit.kind) == (chunk.article, chunk.kind)


def _points(index: Index, ids: Sequence[int]) -> Iterator[list[Point]]:
    for start in range(0, len(ids), POINTS):
        yield index.vectors(ids[start : start + POINTS])


def _terms(parts: Parts, chunk: Chunk, average: float) -> Sparse:
    counts = parts.lexicon.terms(passage(chunk))
    return parts.lexicon.document(counts, average_length=average)


def _alike(one: Sparse, other: Sparse | None) -> bool:
    if other is None:
        return not len(one.ids)
    return np.array_equal(one.ids, other.ids) and np.allclose(one.weights, other.weights)


def _difference(what: str, ids: Set[ChunkId | ArticleId], sides: _Sides) -> Iterator[Difference]:
    if ids:
        yield Difference(what, len(ids), tuple(sorted(sides.places(ids))[:EXAMPLES]))
