"""One generation of the index in the words of the domain: chunks, records, statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from kb import blobs, conditions, directory, points, statistics
from kb.blobs import REBUILD
from kb.conditions import ARTICLE, CHUNK, SOURCE
from kb.directory import Directory
from kb.domain import (
    ArticleId,
    Chunk,
    ChunkId,
    Environment,
    Hit,
    Language,
    SolutionId,
    Vector,
    Visibility,
    article_id,
    language_of,
    solution_of,
)
from kb.errors import IndexDamaged, IndexUnavailable
from kb.index import AllOf, Index, Lookup, Match, Scored, Sparse, Store
from kb.points import Record
from kb.statistics import Statistics

STATISTICS, DIRECTORY = "statistics", "directory"
"""Names of the blobs that hold a generation's statistics and directory."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Hits:
    """A store's two ranked lists, scores descending, ties by chunk id."""

    dense: tuple[Hit, ...]
    lexical: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of solutions: articles and passages, as far as they may be seen."""

    records: Mapping[ArticleId, Record]
    chunks: Mapping[ChunkId, Chunk]


@dataclass(frozen=True, slots=True)
class Sides:
    """A query as the two sides see it."""

    dense: Vector
    lexical: Sparse


class Generation:
    """An open generation for reading; safe to use from several threads."""

    def __init__(self, name: str, index: Index) -> None:
        """Read what is kept in memory; raises :class:`IndexDamaged` when it is not there."""
        self.name, self._index = name, index
        self.statistics: Statistics = read_statistics(index)
        self._directory: Directory = read_directory(index)

    def hits(self, sides: Sides, visible: Visibility, stated: Environment, *, limit: int) -> Hits:
        """The best ``limit`` chunks of each side that may be seen and apply."""
        ranked = self._index.ranked(
            Lookup(
                dense=sides.dense,
                lexical=sides.lexical,
                where=conditions.searchable(visible, stated),
                limit=limit,
            )
        )
        return Hits(dense=self._hits(ranked.dense), lexical=self._hits(ranked.lexical))

    def records(
        self, articles: Sequence[ArticleId], visible: Visibility
    ) -> Mapping[ArticleId, Record]:
        """Those articles that exist and may be seen."""
        return self.shown(articles, (), visible).records

    def shown(
        self, articles: Sequence[ArticleId], chunks: Sequence[ChunkId], visible: Visibility
    ) -> Shown:
        """Those articles and chunks that exist and may be seen, by one call to the store."""
        where = AllOf((conditions.visible(visible, ARTICLE, CHUNK),))
        ids = [*map(points.record_id, articles), *chunks]
        found = self._index.fetch(ids, where, None)
        known = {ChunkId(id_): found.pop(id_) for id_ in chunks if id_ in found}
        records = map(points.record, found.values())
        return Shown(
            records={record.article: record for record in records},
            chunks={id_: points.chunk(id_, payload) for id_, payload in known.items()},
        )

    def source(self, article: ArticleId, visible: Visibility) -> tuple[str, str] | None:
        """Path and whole Markdown of an article, ``None`` if there is none to be seen."""
        where = AllOf((conditions.visible(visible, SOURCE),))
        found = self._index.fetch([points.source_id(article)], where, ("path", "source"))
        for payload in found.values():
            return str(payload["path"]), str(payload["source"])
        return None

    def renamed(self, article: ArticleId, visible: Visibility) -> ArticleId | None:
        """The article of the same language that once had this name, if it may be seen."""
        lang, alias = language_of(article), solution_of(article)
        named = (Match("lang", (lang,)), Match("aliases", (alias,)))
        where = AllOf((conditions.visible(visible, ARTICLE), *named))
        for _, payload in self._index.scroll(where, ("article",)):
            return ArticleId(str(payload["article"]))
        return None

    def renames(
        self, solutions: Iterable[SolutionId], visible: Visibility
    ) -> dict[SolutionId, SolutionId]:
        """Today's name of each of those solutions that has another one now, and may be seen."""
        asked = set(solutions)
        ids = [article_id(lang, each) for each in asked for lang in Language]
        gone = asked - {solution_of(each) for each in self.records(ids, visible)}
        if not gone:
            return {}
        named = Match("aliases", tuple(sorted(gone)))
        where = AllOf((conditions.visible(visible, ARTICLE), named))
        payloads = self._index.scroll(where, (*points.RECORD_FIELDS, "aliases"))
        now = [points.record(payload) for _, payload in payloads]
        found = sorted((alias, solution_of(each.article)) for each in now for alias in each.aliases)
        return {old: new for old, new in reversed(found) if old in gone}

    def articles(self) -> int:
        """How many articles there are, whoever may see them."""
        return self._index.count(AllOf((conditions.is_(ARTICLE),)))

    def close(self) -> None:
        """Give back the store's files and connections."""
        self._index.close()

    def _hits(self, ranked: Sequence[Scored]) -> tuple[Hit, ...]:
        ids, scores = [at.id for at in ranked], [at.score for at in ranked]
        try:
            hits = self._directory.hits(ids, scores)
        except KeyError as error:
            raise IndexDamaged(
                f"chunk {error.args[0]} is not in the directory: {REBUILD}"
            ) from error
        hits.sort(key=attrgetter("chunk"))
        hits.sort(key=attrgetter("score"), reverse=True)  # ties stay as they are
        return tuple(hits)


def manifest(index: Index) -> Iterator[Record]:
    """Every record of a generation, with the hashes of its chunks' labels."""
    where = AllOf((conditions.is_(SOURCE),))
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
    where = AllOf((conditions.is_(SOURCE),))
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
    for id_, payload in index.scroll(AllOf((conditions.is_(CHUNK),)), points.CHUNK_FIELDS):
        yield points.chunk(id_, payload)


def read_statistics(index: Index) -> Statistics:
    """The statistics of a generation; raises :class:`IndexDamaged` when there are none."""
    return _read(index, STATISTICS, statistics.from_bytes)


def read_directory(index: Index) -> Directory:
    """The directory of a generation; raises :class:`IndexDamaged` when there is none."""
    return _read(index, DIRECTORY, directory.from_bytes)


def _read(index: Index, name: str, parsed: Callable[[bytes], _T]) -> _T:
    content = blobs.read(index, name)
    if content is None:
        raise IndexDamaged(f"a generation without {name}: {REBUILD}")
    try:
        return parsed(content)
    except ValueError as error:
        raise IndexDamaged(f"damaged {name} ({error}): {REBUILD}") from error
