"""Whether the served index holds exactly what the articles say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.batches import batches, survey
from ingest.components import ArticleChunker, Chunked, MarkdownReader
from kb import indexing, revising
from kb.chunking import passage
from kb.domain import ArticleId, Chunk, ChunkId
from kb.errors import BadArticle
from kb.generation import open_current, read_statistics, stored_chunks
from kb.index import Index, Point, Sparse
from kb.library import Library
from kb.points import Record
from kb.wiring import Parts

POINTS = 1_000
"""So many points are compared at a time: bounds memory."""
EXAMPLES = 3
"""At most so many ids of each kind are told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the index is not what the articles say."""

    what: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor found."""

    generation: str | None
    articles: int
    chunks: int
    differences: tuple[Difference, ...]
    """Empty: index = articles."""
    problems: tuple[BadArticle, ...]
    """Files that cannot be read: what is served of them is older than they are."""


def examine(parts: Parts, articles: Path) -> Examination:
    """Read every article, read every stored chunk, and compare ids, labels and vectors."""
    found = open_current(parts.store)
    if found is None:
        return Examination(None, 0, 0, (_never_built(),), ())
    current, opened = found
    with closing(opened) as index:
        chunked, problems = _read(parts, articles)
        broken = {problem.path for problem in problems}
        records = {each.sourced.article.id: _record(each) for each in chunked}
        chunks = {chunk.id: chunk for each in chunked for chunk in each.chunks}
        # What is of another form cannot be compared any further.
        differences = tuple(_schema(parts, current)) or (
            *_articles(index, records, broken),
            *_chunks(index, chunks, broken),
            *_vectors(parts, index, chunks),
        )
    return Examination(current, len(records), len(chunks), differences, tuple(problems))


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


def _articles(
    index: Index, expected: Mapping[ArticleId, Record], broken: Set[str]
) -> Iterator[Difference]:
    known = {
        id_: record
        for id_, record in indexing.known_records(index).items()
        if record.path not in broken
    }
    yield from _difference("articles not indexed", expected.keys() - known.keys())
    yield from _difference("articles indexed without a file", known.keys() - expected.keys())
    both = expected.keys() & known.keys()
    yield from _difference(
        "articles that changed since", {id_ for id_ in both if expected[id_] != known[id_]}
    )


def _chunks(
    index: Index, expected: Mapping[ChunkId, Chunk], broken: Set[str]
) -> Iterator[Difference]:
    kept = {
        id_
        for record in indexing.known_records(index).values()
        if record.path in broken
        for id_ in record.chunks or ()
    }
    stored = {chunk.id: chunk for chunk in stored_chunks(index) if chunk.id not in kept}
    yield from _difference("chunks not indexed", expected.keys() - stored.keys())
    yield from _difference("orphaned chunks", stored.keys() - expected.keys())
    both = expected.keys() & stored.keys()
    yield from _difference(
        "chunks with an old label or text", {id_ for id_ in both if expected[id_] != stored[id_]}
    )


def _vectors(parts: Parts, index: Index, expected: Mapping[ChunkId, Chunk]) -> Iterator[Difference]:
    """Terms are weighed anew and compared; vectors must be there: encoding takes too long."""
    average = read_statistics(index).average_length
    bare: set[str] = set()
    stale: set[str] = set()
    for points in _points(index, list(expected)):
        bare |= {point.id for point in points if point.dense is None}
        stale |= {
            point.id
            for point in points
            if not _alike(_terms(parts, expected[ChunkId(point.id)], average), point.lexical)
        }
    yield from _difference("chunks without vectors", bare)
    yield from _difference("chunks with other terms", stale)


def _points(index: Index, ids: Sequence[ChunkId]) -> Iterator[list[Point]]:
    for start in range(0, len(ids), POINTS):
        yield index.vectors(ids[start : start + POINTS])


def _terms(parts: Parts, chunk: Chunk, average: float) -> Sparse:
    counts = parts.lexicon.terms(passage(chunk))
    return parts.lexicon.document(counts, average_length=average)


def _alike(one: Sparse, other: Sparse | None) -> bool:
    if other is None:
        return not len(one.ids)
    return np.array_equal(one.ids, other.ids) and np.allclose(one.weights, other.weights)


def _difference(what: str, ids: set[str] | set[ArticleId] | set[ChunkId]) -> Iterator[Difference]:
    if ids:
        yield Difference(what, len(ids), tuple(sorted(ids)[:EXAMPLES]))


def _never_built() -> Difference:
    return Difference("no index yet: run `fixpoint ingest`", 1, ())
