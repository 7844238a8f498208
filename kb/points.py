"""Chunks and article records as a store's points, and back; who may see them as conditions."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from kb.domain import (
    ArticleId,
    Audience,
    Chunk,
    ChunkId,
    ChunkKind,
    Confidence,
    Environment,
    Hit,
    Label,
    SolutionId,
    System,
    Vector,
    Versions,
    Visibility,
    language_of,
    solution_of,
)
from kb.index import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Match,
    Nested,
    Payload,
    Point,
    Range,
    Scored,
    Sparse,
)
from kb.versions import ANY

NAMESPACE = UUID("5f2d4c1e-7a0b-5c3d-9e8f-0a1b2c3d4e5f")
"""Of the ids of records and blobs."""

CHUNK, ARTICLE, BLOB = "chunk", "article", "blob"
"""Values of the key ``record``: what a point is."""

HIT_FIELDS = ("article", "kind")
"""What a ranked list must return to become hits."""
CHUNK_FIELDS = (
    "article",
    "kind",
    "heading",
    "text",
    "audience",
    "confidence",
    "products",
    "systems",
    "versions",
    "hosts",
    "apps",
    "topic",
    "error_codes",
    "anchor",
    "position",
)
"""All that makes a chunk."""
RECORD_FIELDS = (
    "article",
    "path",
    "file_hash",
    "title",
    "summary",
    "audience",
    "confidence",
    "resolution",
)
"""What is shown of an article in a list of solutions."""
MANIFEST_FIELDS = (*RECORD_FIELDS, "aliases", "chunks", "labels")

BLOB_BYTES = 1 << 20
"""Blobs are cut into points of so many bytes: a server refuses requests over 32 MB."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a generation knows of one article besides its chunks."""

    article: ArticleId
    path: str
    file_hash: str
    title: str
    summary: str
    audience: Audience
    confidence: Confidence
    resolution: str
    """See :func:`kb.chunking.resolution_hash`."""
    aliases: tuple[SolutionId, ...] = ()
    chunks: Mapping[ChunkId, str] | None = None
    """Hash of each chunk's label; ``None`` when only :data:`RECORD_FIELDS` were read."""


def record_id(article: ArticleId) -> str:
    """The point id of an article's record."""
    return str(uuid5(NAMESPACE, f"article/{article}"))


def chunk_point(chunk: Chunk, dense: Vector, lexical: Sparse) -> Point:
    """A chunk as a point."""
    return Point(chunk.id, chunk_payload(chunk), dense, lexical)


def chunk_payload(chunk: Chunk) -> Payload:
    """All of a chunk but its id and vectors, as JSON values."""
    label = chunk.label
    return {
        "record": CHUNK,
        "article": chunk.article,
        "solution": solution_of(chunk.article),
        "lang": language_of(chunk.article).value,
        "kind": chunk.kind.value,
        "heading": list(chunk.heading),
        "text": chunk.text,
        "audience": label.audience.value,
        "confidence": label.confidence.value,
        **_environment_payload(label.environment),
        "topic": label.topic,
        "error_codes": list(label.error_codes),
        "anchor": label.anchor,
        "position": label.position,
    }


def chunk(id_: str, payload: Mapping[str, Any]) -> Chunk:
    """The chunk of a whole payload."""
    return Chunk(
        id=ChunkId(id_),
        article=ArticleId(payload["article"]),
        kind=ChunkKind(payload["kind"]),
        heading=tuple(payload["heading"]),
        text=payload["text"],
        label=Label(
            audience=Audience(payload["audience"]),
            confidence=Confidence(payload["confidence"]),
            environment=_environment(payload),
            topic=payload["topic"],
            error_codes=tuple(payload["error_codes"]),
            anchor=payload["anchor"],
            position=payload["position"],
        ),
    )


def hit(scored: Scored) -> Hit:
    """A ranked chunk that came with :data:`HIT_FIELDS`."""
    payload: Mapping[str, Any] = scored.payload
    return Hit(
        ChunkId(scored.id), ArticleId(payload["article"]), ChunkKind(payload["kind"]), scored.score
    )


def record_point(record: Record, source: str) -> Point:
    """An article's record with its whole Markdown, as a point without vectors."""
    chunks = record.chunks or {}
    payload = {
        "record": ARTICLE,
        "article": record.article,
        "solution": solution_of(record.article),
        "lang": language_of(record.article).value,
        "path": record.path,
        "file_hash": record.file_hash,
        "title": record.title,
        "summary": record.summary,
        "audience": record.audience.value,
        "confidence": record.confidence.value,
        "resolution": record.resolution,
        "aliases": list(record.aliases),
        "chunks": list(chunks),
        "labels": list(chunks.values()),
        "source": source,
    }
    return Point(record_id(record.article), payload)


def record(payload: Mapping[str, Any]) -> Record:
    """The record of a payload with :data:`RECORD_FIELDS` or :data:`MANIFEST_FIELDS`."""
    chunks = payload.get("chunks")
    return Record(
        article=ArticleId(payload["article"]),
        path=payload["path"],
        file_hash=payload["file_hash"],
        title=payload["title"],
        summary=payload["summary"],
        audience=Audience(payload["audience"]),
        confidence=Confidence(payload["confidence"]),
        resolution=payload["resolution"],
        aliases=tuple(payload.get("aliases") or ()),
        chunks=None if chunks is None else dict(zip(chunks, payload["labels"], strict=True)),
    )


def blob_id(name: str, part: int) -> str:
    """The point id of one part, from 0, of the bytes kept under a name."""
    return str(uuid5(NAMESPACE, f"blob/{name}/{part}"))


def blob_points(name: str, content: bytes) -> list[Point]:
    """Bytes under a name, as points without vectors; empty bytes are one point."""
    starts = range(0, max(len(content), 1), BLOB_BYTES)
    parts = [base64.b64encode(content[start : start + BLOB_BYTES]).decode() for start in starts]
    return [
        Point(blob_id(name, part), {"record": BLOB, "parts": len(parts), "bytes": encoded})
        for part, encoded in enumerate(parts)
    ]


def blob_part(payload: Mapping[str, Any]) -> bytes:
    """The bytes of one part."""
    return base64.b64decode(payload["bytes"])


def is_(record_kind: str) -> Match:
    """Points of one kind: :data:`CHUNK`, :data:`ARTICLE` or :data:`BLOB`."""
    return Match("record", (record_kind,))


def visible(visibility: Visibility) -> tuple[Condition, ...]:
    """What a principal may see, of chunks and records alike."""
    return (
        Match("audience", tuple(sorted(visibility.audiences))),
        Match("confidence", tuple(sorted(visibility.confidences))),
    )


def applicable(stated: Environment) -> tuple[Condition, ...]:
    """Chunks that apply to all that was stated; an article that says nothing of it applies."""
    named = (("products", stated.products), ("hosts", stated.hosts), ("apps", stated.apps))
    lists = [AnyOf((Absent(key), Match(key, values))) for key, values in named if values]
    systems = [_on(system) for system in stated.systems]
    return (*lists, *((AnyOf((Absent("systems"), *systems)),) if systems else ()))


def searchable(visibility: Visibility, stated: Environment) -> AllOf:
    """The filter of every search."""
    return AllOf((is_(CHUNK), *visible(visibility), *applicable(stated)))


def _on(system: System) -> AnyOf:
    intervals = system.versions or (ANY,)
    return AnyOf(
        tuple(
            Nested(
                "versions",
                (
                    Match("system", (system.key,)),
                    Range("low", below=interval.high),
                    Range("high", above=interval.low),
                ),
            )
            for interval in intervals
        )
    )


def _environment_payload(environment: Environment) -> Payload:
    return {
        "products": list(environment.products),
        "systems": [system.key for system in environment.systems],
        "versions": [
            {"system": system.key, "low": interval.low, "high": interval.high}
            for system in environment.systems
            for interval in system.versions or (ANY,)
        ],
        "hosts": list(environment.hosts),
        "apps": list(environment.apps),
    }


def _environment(payload: Mapping[str, Any]) -> Environment:
    intervals: dict[str, list[Versions]] = {key: [] for key in payload["systems"]}
    for entry in payload["versions"]:
        intervals[entry["system"]].append(Versions(entry["low"], entry["high"]))
    systems = (
        System(key, () if found == [ANY] else tuple(found)) for key, found in intervals.items()
    )
    return Environment(
        products=tuple(payload["products"]),
        systems=tuple(systems),
        hosts=tuple(payload["hosts"]),
        apps=tuple(payload["apps"]),
    )
