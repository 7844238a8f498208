"""One generation of the index in the words of the domain: chunks, records, statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb import points, statistics
from kb.domain import (
    ArticleId,
    Chunk,
    ChunkId,
    Environment,
    Hit,
    Vector,
    Visibility,
    language_of,
    solution_of,
)
from kb.errors import IndexDamaged, IndexUnavailable
from kb.index import AllOf, Index, Lookup, Match, Payload, Sparse, Store
from kb.points import Record
from kb.statistics import Statistics

REBUILD = "run `fixpoint ingest --rebuild`"
STATISTICS = "statistics"
"""Name of the blob that holds a generation's statistics."""


@dataclass(frozen=True, slots=True)
class Hits:
    """A store's two ranked lists, scores descending, ties by chunk id."""

    dense: tuple[Hit, ...]
    lexical: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """A query as the two sides see it."""

    dense: Vector
    lexical: Sparse


class Generation:
    """An open generation for reading; safe to use from several threads."""

    def __init__(self, name: str, index: Index) -> None:
        """Read the statistics; raises :class:`IndexDamaged` when there are none."""
        self.name, self._index = name, index
        self.statistics: Statistics = read_statistics(index)

    def hits(self, sides: Sides, visible: Visibility, stated: Environment, *, limit: int) -> Hits:
        """The best ``limit`` chunks of each side that may be seen and apply."""
        ranked = self._index.ranked(
            Lookup(
                dense=sides.dense,
                lexical=sides.lexical,
                where=points.searchable(visible, stated),
                limit=limit,
                fields=points.HIT_FIELDS,
            )
        )
        return Hits(
            dense=_ordered(points.hit(scored) for scored in ranked.dense),
            lexical=_ordered(points.hit(scored) for scored in ranked.lexical),
        )

    def chunks(self, ids: Sequence[ChunkId], visible: Visibility) -> dict[ChunkId, Chunk]:
        """Those chunks that exist and may be seen."""
        where = AllOf((points.is_(points.CHUNK), *points.visible(visible)))
        found = self._index.fetch(ids, where, points.CHUNK_FIELDS)
        return {ChunkId(id_): points.chunk(id_, payload) for id_, payload in found.items()}

    def records(
        self, articles: Sequence[ArticleId], visible: Visibility
    ) -> dict[ArticleId, Record]:
        """Those articles that exist and may be seen, without their chunks."""
        ids = [points.record_id(article) for article in articles]
        found = self._index.fetch(ids, _articles(visible), points.RECORD_FIELDS)
        records = map(points.record, found.values())
        return {record.article: record for record in records}

    def source(self, article: ArticleId, visible: Visibility) -> tuple[str, str] | None:
        """Path and whole Markdown of an article, ``None`` if there is none to be seen."""
        found = self._index.fetch(
            [points.record_id(article)], _articles(visible), ("path", "source")
        )
        for payload in found.values():
            return str(payload["path"]), str(payload["source"])
        return None

    def renamed(self, article: ArticleId, visible: Visibility) -> ArticleId | None:
        """The article of the same language that once had this name, if it may be seen."""
        lang, alias = language_of(article), solution_of(article)
        named = (Match("lang", (lang,)), Match("aliases", (alias,)))
        where = AllOf((*_articles(visible).conditions, *named))
        for _, payload in self._index.scroll(where, ("article",)):
            return ArticleId(str(payload["article"]))
        return None

    def articles(self) -> int:
        """How many articles there are, whoever may see them."""
        return self._index.count(AllOf((points.is_(points.ARTICLE),)))

    def close(self) -> None:
        """Give back the store's files and connections."""
        self._index.close()


def manifest(index: Index) -> Iterator[Record]:
    """Every record of a generation, with the hashes of its chunks' labels."""
    where = AllOf((points.is_(points.ARTICLE),))
    for _, payload in index.scroll(where, points.MANIFEST_FIELDS):
        yield points.record(payload)


@dataclass(frozen=True, slots=True)
class Source:
    """An article's file as it was indexed."""

    path: str
    file_hash: str
    text: str


def sources(index: Index) -> Iterator[Source]:
    """Every article's file as it was indexed."""
    where = AllOf((points.is_(points.ARTICLE),))
    for _, payload in index.scroll(where, ("path", "file_hash", "source")):
        yield Source(str(payload["path"]), str(payload["file_hash"]), str(payload["source"]))


def open_current(store: Store) -> tuple[str, Index] | None:
    """The served generation's name and index, ``None`` before the first.

    Between looking and opening, an ingest may publish another and discard this one: then again.
    """
    while True:
        name = store.current()
        if name is None:
            return None
        try:
            return name, store.open(name)
        except IndexUnavailable:
            if store.current() == name:
                raise


def stored_chunks(index: Index) -> Iterator[Chunk]:
    """Every chunk of a generation."""
    for id_, payload in index.scroll(AllOf((points.is_(points.CHUNK),)), points.CHUNK_FIELDS):
        yield points.chunk(id_, payload)


def read_statistics(index: Index) -> Statistics:
    """The statistics of a generation; raises :class:`IndexDamaged` when there are none."""
    content = read_blob(index, STATISTICS)
    if content is None:
        raise IndexDamaged(f"a generation without statistics: {REBUILD}")
    try:
        return statistics.from_bytes(content)
    except ValueError as error:
        raise IndexDamaged(f"damaged statistics ({error}): {REBUILD}") from error


def write_blob(index: Index, name: str, content: bytes) -> None:
    """Keep bytes under a name; what was there before is replaced."""
    index.upsert(points.blob_points(name, content))


def read_blob(index: Index, name: str) -> bytes | None:
    """The bytes under a name, ``None`` if there are none."""
    first = _part(index, name, 0)
    if first is None:
        return None
    parts = [first, *(_part(index, name, part) for part in range(1, int(str(first["parts"]))))]
    if None in parts:
        raise IndexDamaged(f"part {parts.index(None)} of {name!r} is missing: {REBUILD}")
    return b"".join(points.blob_part(part) for part in parts if part is not None)


def _part(index: Index, name: str, part: int) -> Payload | None:
    id_ = points.blob_id(name, part)
    return index.fetch([id_], AllOf((points.is_(points.BLOB),)), ("parts", "bytes")).get(id_)


def _articles(visible: Visibility) -> AllOf:
    return AllOf((points.is_(points.ARTICLE), *points.visible(visible)))


def _ordered(hits: Iterator[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.chunk)))
