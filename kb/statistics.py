"""How often each term occurs in a generation: what BM25 weighs with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the chunks of one generation."""

    chunks: int
    average_length: float
    """Terms a chunk that BM25's length normalisation compares with: a constant from the first
    build on, so that the weights of old and new chunks agree."""
    basis: int
    """How many chunks the average was taken over."""
    ids: Ids
    """Term ids, distinct, ascending."""
    frequencies: NDArray[np.uint32]
    """How many chunks hold each term, at least 1."""

    def idf(self, ids: Ids) -> NDArray[np.float32]:
        """Inverse document frequency of each id, above 0; unseen terms weigh most.

        ``ln(1 + (N - n + 0.5) / (n + 0.5))``.
        Source: Robertson & Zaragoza 2009, in the form that Lucene uses (never negative).
        """
        frequency = self._frequencies(ids).astype(np.float64)
        ratio = (max(self.chunks, 1) - frequency + 0.5) / (frequency + 0.5)
        return np.log1p(ratio).astype(np.float32)

    def knows(self, ids: Ids) -> NDArray[np.bool_]:
        """Whether any chunk holds the term."""
        return self._frequencies(ids) > 0

    def _frequencies(self, ids: Ids) -> NDArray[np.uint32]:
        if not len(self.ids):
            return np.zeros(len(ids), dtype=np.uint32)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.frequencies[places], 0).astype(np.uint32)


def empty(*, average_length: float, basis: int) -> Statistics:
    """Statistics of a generation without chunks."""
    none = np.zeros(0, dtype=np.uint32)
    return Statistics(0, average_length, basis, none, none)


def based(statistics: Statistics) -> Statistics:
    """The statistics of a first build, whose average length was taken over all its chunks."""
    return replace(statistics, basis=statistics.chunks)


def updated(before: Statistics, *, added: Sequence[Ids], removed: Sequence[Ids]) -> Statistics:
    """The counts after chunks were added and removed; each array holds one chunk's term ids."""
    ids = np.concatenate([before.ids, *added, *removed]).astype(np.uint32)
    plus, minus = sum(map(len, added)), sum(map(len, removed))
    counts = np.concatenate(
        [
            before.frequencies.astype(np.int64),
            np.ones(plus, dtype=np.int64),
            -np.ones(minus, dtype=np.int64),
        ]
    )
    distinct, where = np.unique(ids, return_inverse=True)
    totals = np.bincount(where, weights=counts, minlength=len(distinct)).astype(np.int64)
    kept = totals > 0
    return Statistics(
        chunks=before.chunks + len(added) - len(removed),
        average_length=before.average_length,
        basis=before.basis,
        ids=distinct[kept].astype(np.uint32),
        frequencies=totals[kept].astype(np.uint32),
    )


def to_bytes(statistics: Statistics) -> bytes:
    """The statistics as a compressed numpy archive."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        scalars=np.array([statistics.chunks, statistics.average_length, statistics.basis]),
        ids=statistics.ids,
        frequencies=statistics.frequencies,
    )
    return buffer.getvalue()


def from_bytes(content: bytes) -> Statistics:
    """The statistics of :func:`to_bytes`; anything else is a ``ValueError``."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            chunks, average_length, basis = archive["scalars"].tolist()
            ids, frequencies = archive["ids"], archive["frequencies"]
    except (BadZipFile, EOFError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"no archive of statistics: {error}") from error
    return Statistics(int(chunks), average_length, int(basis), ids, frequencies)
