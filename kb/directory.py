"""Where each chunk of a generation belongs: in memory, so that a hit needs no payload."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kb.domain import ArticleId, ChunkId, ChunkKind, Hit

_KINDS = tuple(ChunkKind)


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a chunk belongs."""

    article: ArticleId
    kind: ChunkKind


@dataclass(frozen=True, slots=True)
class Directory:
    """Article and kind of every chunk: 13 bytes a chunk and the articles' names."""

    keys: NDArray[np.uint64]
    """Of the chunks, distinct, ascending."""
    places: NDArray[np.uint32]
    """Of each chunk's article in ``articles``."""
    kinds: NDArray[np.uint8]
    """Of each chunk, as a place in :class:`kb.domain.ChunkKind`."""
    articles: tuple[ArticleId, ...]
    """Distinct, ascending."""

    def hits(self, ids: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Scored chunks as hits, in the same order; raises ``KeyError`` with an unknown id."""
        places = self._places(ids)
        articles, kinds = self.places[places].tolist(), self.kinds[places].tolist()
        return [
            Hit(ChunkId(id_), self.articles[article], _KINDS[kind], score)
            for id_, article, kind, score in zip(ids, articles, kinds, scores, strict=True)
        ]

    def _places(self, ids: Sequence[int]) -> NDArray[np.intp]:
        keys = _keys(ids)
        if not len(self.keys):
            known = np.zeros(len(keys), np.bool_)
            places = np.zeros(len(keys), np.intp)
        else:
            places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            known = self.keys[places] == keys
        if not known.all():
            raise KeyError(next(compress(ids, ~known)))
        return places


def empty() -> Directory:
    """The directory of a generation without chunks."""
    return Directory(
        np.zeros(0, np.uint64), np.zeros(0, np.uint32), np.zeros(0, np.uint8), articles=()
    )


def updated(before: Directory, changes: Mapping[ChunkId, Filed | None]) -> Directory:
    """The directory after chunks were added, changed or, with ``None``, removed."""
    new = {id_: filed for id_, filed in changes.items() if filed is not None}
    stay = ~np.isin(before.keys, _keys(changes))
    kinds = np.array([_KINDS.index(filed.kind) for filed in new.values()], np.uint8)
    places, articles = _articles(before, stay, [filed.article for filed in new.values()])
    keys = np.concatenate([before.keys[stay], _keys(new)])
    order = np.argsort(keys)
    return Directory(
        keys=keys[order],
        places=places[order],
        kinds=np.concatenate([before.kinds[stay], kinds])[order],
        articles=articles,
    )


def to_bytes(directory: Directory) -> bytes:
    """The directory as a compressed numpy archive."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        keys=directory.keys,
        places=directory.places,
        kinds=directory.kinds,
        articles=np.frombuffer("\0".join(directory.articles).encode(), np.uint8),
    )
    return buffer.getvalue()


def from_bytes(content: bytes) -> Directory:
    """The directory of :func:`to_bytes`; anything else is a ``ValueError``."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            names = archive["articles"].tobytes().decode()
            found = Directory(
                keys=archive["keys"],
                places=archive["places"],
                kinds=archive["kinds"],
                articles=tuple(map(ArticleId, names.split("\0"))) if names else (),
            )
    except (BadZipFile, EOFError, KeyError, TypeError, OSError, ValueError) as error:
        raise ValueError(f"no archive of a directory: {error}") from error
    if not _sound(found):
        raise ValueError("no archive of a directory: its columns do not fit each other")
    return found


def _sound(found: Directory) -> bool:
    lengths = {len(found.keys), len(found.places), len(found.kinds)}
    places, kinds = (int(each.max(initial=0)) for each in (found.places, found.kinds))
    named = places < len(found.articles) or not len(found.places)
    inside = named and kinds < len(_KINDS)
    return len(lengths) == 1 and inside and bool((found.keys[:-1] < found.keys[1:]).all())


def _keys(ids: Collection[int]) -> NDArray[np.uint64]:
    return np.fromiter(ids, np.uint64, len(ids))


def _articles(
    before: Directory, stay: NDArray[np.bool_], new: Sequence[ArticleId]
) -> tuple[NDArray[np.uint32], tuple[ArticleId, ...]]:
    """The place of each chunk's article, new chunks last, among the articles that have any."""
    used = np.unique(before.places[stay])
    articles = tuple(sorted({*(before.articles[place] for place in used), *new}))
    place_of = {name: place for place, name in enumerate(articles)}
    moved = np.zeros(len(before.articles), np.uint32)
    moved[used] = [place_of[before.articles[place]] for place in used]
    added = np.array([place_of[name] for name in new], np.uint32)
    return np.concatenate([moved[before.places[stay]], added]), articles
