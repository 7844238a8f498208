"""Bytes under a name, kept in an index as points without vectors."""

from __future__ import annotations

import base64

from kb.conditions import BLOB, is_
from kb.errors import IndexDamaged
from kb.index import AllOf, Index, Payload, Point
from kb.names import number

REBUILD = "run `fixpoint ingest --rebuild`"
PART_BYTES = 1 << 20
"""Blobs are cut into points of so many bytes: a server refuses requests over 32 MB."""


def write(index: Index, name: str, content: bytes) -> None:
    """Keep bytes under a name; what was there before is replaced."""
    index.upsert(as_points(name, content))


def read(index: Index, name: str) -> bytes | None:
    """The bytes under a name, ``None`` if there are none; raises :class:`IndexDamaged`."""
    first = _part(index, name, 0)
    if first is None:
        return None
    parts = [first, *(_part(index, name, part) for part in range(1, int(str(first["parts"]))))]
    if None in parts:
        raise IndexDamaged(f"part {parts.index(None)} of {name!r} is missing: {REBUILD}")
    return b"".join(content(part) for part in parts if part is not None)


def id_of(name: str, part: int) -> int:
    """The point id of one part, from 0, of the bytes kept under a name."""
    return number(f"blob/{name}/{part}")


def as_points(name: str, content: bytes) -> list[Point]:
    """Bytes under a name, as points without vectors; empty bytes are one point."""
    starts = range(0, max(len(content), 1), PART_BYTES)
    parts = [base64.b64encode(content[start : start + PART_BYTES]).decode() for start in starts]
    return [
        Point(id_of(name, part), {"record": BLOB, "parts": len(parts), "bytes": encoded})
        for part, encoded in enumerate(parts)
    ]


def content(payload: Payload) -> bytes:
    """The bytes of one part."""
    return base64.b64decode(str(payload["bytes"]))


def _part(index: Index, name: str, part: int) -> Payload | None:
    id_ = id_of(name, part)
    return index.fetch([id_], AllOf((is_(BLOB),)), ("parts", "bytes")).get(id_)
