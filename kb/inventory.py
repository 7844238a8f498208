"""What a build knows of the chunks it wrote: how often terms occur, where chunks belong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb import directory, statistics
from kb.directory import Directory, Filed
from kb.domain import Chunk, ChunkId
from kb.index import Point, Sparse
from kb.statistics import Ids, Statistics

PENDING = 20_000
"""So many changed chunks are kept before they are counted: bounds memory."""


class Inventory:
    """Statistics and directory of a generation that is being written; for one thread at a time."""

    def __init__(self, known: Statistics, filed: Directory) -> None:
        """Begin with what a generation holds."""
        self._statistics, self._directory = known, filed
        self._added: list[Ids] = []
        self._removed: list[Ids] = []
        self._changes: dict[ChunkId, Filed | None] = {}

    @property
    def average_length(self) -> float:
        """Terms a chunk, see :class:`kb.statistics.Statistics`."""
        return self._statistics.average_length

    def add(self, chunks: Sequence[Chunk], lexical: Sequence[Sparse]) -> None:
        """Count new chunks with their lexical vectors."""
        self._added += [sparse.ids for sparse in lexical]
        self._changed((each.id, Filed(each.article, each.kind)) for each in chunks)

    def remove(self, points: Iterable[Point]) -> None:
        """Count chunks that are no more, as they were stored."""
        gone = list(points)
        self._removed += [point.lexical.ids for point in gone if point.lexical is not None]
        self._changed((ChunkId(point.id), None) for point in gone)

    def settled(self) -> tuple[Statistics, Directory]:
        """Both, with everything counted."""
        self._statistics = statistics.updated(
            self._statistics, added=self._added, removed=self._removed
        )
        self._directory = directory.updated(self._directory, self._changes)
        self._added, self._removed, self._changes = [], [], {}
        return self._statistics, self._directory

    def _changed(self, changes: Iterable[tuple[ChunkId, Filed | None]]) -> None:
        self._changes.update(changes)
        if len(self._added) + len(self._removed) >= PENDING:
            self.settled()
