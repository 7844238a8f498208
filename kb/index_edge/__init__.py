"""The embedded store: generations in a folder, one of them served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kb.errors import IndexBusy, IndexDamaged
from kb.index import Index
from kb.index.recall import MIN_RECALL
from kb.index_edge import folders
from kb.index_edge.child import ChildIndex, Start
from kb.index_edge.index import EdgeIndex, loaded
from kb.index_edge.locks import reader_lock, remove_unread, writer_lock


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is open while the store is written."""

    lock: IO[str]
    built: ExitStack = field(default_factory=ExitStack)


class EdgeStore:
    """Generations in a folder; many processes may read, one may write."""

    def __init__(self, folder: Path, *, dimensions: int) -> None:
        """Nothing is read or written yet."""
        self._folder, self._dimensions = folder, dimensions
        self._writing: _Writing | None = None

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    def current(self) -> str | None:
        """The name of the served generation, ``None`` before the first."""
        return folders.read_current(self._folder)

    def open(self, name: str) -> EdgeIndex:
        """A generation for reading; it stays on disk until closed, even when discarded."""
        generation = self._generation(name)
        with folders.files(generation):
            lock = reader_lock(generation)
            try:
                folders.verify(generation)
                return loaded(generation / folders.SHARD, lock)
            except BaseException:
                lock.close()
                raise

    def build(self, name: str, *, copy_of: str | None) -> ChildIndex:
        """A new generation to write, as a copy of another or empty; not served yet.

        What a killed writer left is thrown away first. Raises :class:`IndexBusy` if a generation
        of that name is served or read.
        """
        if self._writing is None:
            raise RuntimeError("a generation is built inside writing()")
        building, generation = self._building(name), self._generation(name)
        with folders.files(self._folder):
            shutil.rmtree(building.parent, ignore_errors=True)
            if generation.exists() and (name == self.current() or not self._removed(name)):
                raise IndexBusy(f"{generation} is in use: build under another name")
            shard = building / folders.SHARD
            shard.mkdir(parents=True)
            if copy_of is not None:
                self._copy(self._generation(copy_of), shard)
        index = ChildIndex(
            shard,
            dimensions=self._dimensions,
            start=Start.EMPTY if copy_of is None else Start.COPIED,
            lock=self._writing.lock,
        )
        self._writing.built.callback(index.close)
        return index

    def publish(self, name: str, index: Index) -> None:
        """Make a built generation durable, close it and let it be served, atomically.

        The engine decides what to build anew: many small changes add
        up. Raises :class:`IndexDamaged` if its graph misses too many neighbours, and removes it.
        """
        if not isinstance(index, ChildIndex):
            raise TypeError(f"{type(index).__name__} was not built by this store")
        building, generation = self._building(name), self._generation(name)
        found = index.finish()
        with folders.files(self._folder):
            if found < MIN_RECALL:
                shutil.rmtree(building)
                raise IndexDamaged(
                    f"{generation} finds {found:.3f} of its neighbours, not {MIN_RECALL}:"
                    f" the served generation stays; run `fixpoint ingest --rebuild`"
                )
            folders.seal(building)
            folders.promote(building, generation)
            folders.write_current(self._folder, name)

    def discard(self) -> list[str]:
        """Delete what is neither served nor read by anyone; return the names. For the writer."""
        with folders.files(self._folder):
            found = (self._folder / "generations").glob("[A-Za-z0-9]*")
            names = sorted(path.name for path in found if path.name != self.current())
            return [name for name in names if self._removed(name)]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for one writer; raise :class:`IndexBusy` if another process has it.

        Whatever was built and not published is removed at the end.
        """
        with writer_lock(self._folder) as lock:
            self._writing = writing = _Writing(lock)
            try:
                yield
            finally:
                self._writing = None
                try:
                    writing.built.close()
                finally:
                    shutil.rmtree(self._folder / "building", ignore_errors=True)

    def _building(self, name: str) -> Path:
        return self._folder / "building" / folders.checked_name(name)

    def _generation(self, name: str) -> Path:
        return self._folder / "generations" / folders.checked_name(name)

    def _removed(self, name: str) -> bool:
        return remove_unread(self._generation(name), self._building(f"{name}.discarded"))

    def _copy(self, source: Path, shard: Path) -> None:
        with reader_lock(source):
            folders.verify(source)
            folders.need_room(shard, size=folders.disk_size(source))
            folders.copy_shard(source / folders.SHARD, shard)
