"""Vectors that were encoded before, on disk: no text is encoded twice by the same encoder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Lock

import numpy as np

from kb.domain import Vector
from kb.encoder import Encoder, encode_all
from kb.errors import IndexUnavailable

_ROWS_A_STATEMENT = 500
_CREATE = """
CREATE TABLE IF NOT EXISTS vectors (
    encoder TEXT NOT NULL, text_hash BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (encoder, text_hash)
) WITHOUT ROWID
"""


class VectorCache:
    """A table of vectors by encoder fingerprint and text hash; one process may write at a time.

    Safe to use from several threads.

    What was stored survives a killed process. The file can be deleted at any time: the next
    ingest then encodes again.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, encoder: str) -> None:
        """Serve one encoder's vectors from an open connection: see :func:`open_cache`."""
        self._connection, self._path, self._encoder = connection, path, encoder
        self._lock = Lock()

    def known(self, texts: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those texts that were stored before."""
        hashes = {_hash(text): text for text in texts}
        keys = list(hashes)
        found: dict[str, Vector] = {}
        with self._lock, _blaming(self._path):
            for start in range(0, len(keys), _ROWS_A_STATEMENT):
                rows = self._rows(keys[start : start + _ROWS_A_STATEMENT])
                found |= {hashes[key]: np.frombuffer(vector, np.float32) for key, vector in rows}
        return found

    def store(self, vectors: Iterable[tuple[str, Vector]]) -> None:
        """Keep texts' vectors; raises :class:`IndexUnavailable` when the disk is full."""
        rows = [
            (self._encoder, _hash(text), vector.astype(np.float32).tobytes())
            for text, vector in vectors
        ]
        with self._lock, _blaming(self._path), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def _rows(self, keys: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
        marks = ",".join("?" * len(keys))
        select = (
            f"SELECT text_hash, vector FROM vectors WHERE encoder = ? AND text_hash IN ({marks})"  # noqa: S608 - marks only
        )
        return self._connection.execute(select, (self._encoder, *keys)).fetchall()


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors by text, and how many of them were not in the cache."""

    vectors: Mapping[str, Vector]
    fresh: int

    def __deepcopy__(self, _memo: object) -> Encoded:
        """Itself, for it never changes: pipelines copy whatever they pass on."""
        return self


def encoded(texts: Sequence[str], encoder: Encoder, cache: VectorCache, *, workers: int) -> Encoded:
    """The vectors of distinct texts; what had to be encoded is stored before it is returned."""
    known = cache.known(texts)
    missing = [text for text in texts if text not in known]
    fresh = dict(zip(missing, encode_all(encoder, missing, workers=workers), strict=True))
    cache.store(fresh.items())
    return Encoded(known | fresh, len(fresh))


@contextmanager
def open_cache(path: Path, encoder: str) -> Iterator[VectorCache]:
    """The cache in a file, made if missing.

    Raises :class:`IndexUnavailable`, also while it is used, that names a damaged or full file.
    """
    with _blaming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    with closing(connection):
        with _blaming(path):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_CREATE)
        yield VectorCache(connection, path, encoder)


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise IndexUnavailable(
            f"vector cache {path} fails ({error}): make room on its disk, or delete the file and "
            "the next ingest makes it anew"
        ) from error


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
