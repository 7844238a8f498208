"""Chunks and article records as a store's points, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.conditions import ARTICLE, CHUNK, SOURCE, shelf
from kb.domain import (
    ArticleId,
    Audience,
    Chunk,
    ChunkId,
    ChunkKind,
    Confidence,
    Environment,
    Label,
    SolutionId,
    System,
    Vector,
    Versions,
    language_of,
    solution_of,
)
from kb.index import Payload, Point, Sparse
from kb.names import number
from kb.versions import ANY

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


def record_id(article: ArticleId) -> int:
    """The point id of an article's record."""
    return number(f"article/{article}")


def source_id(article: ArticleId) -> int:
    """The point id of an article's Markdown."""
    return number(f"source/{article}")


def chunk_point(chunk: Chunk, dense: Vector, lexical: Sparse) -> Point:
    """A chunk as a point."""
    return Point(chunk.id, chunk_payload(chunk), dense, lexical)


def chunk_payload(chunk: Chunk) -> Payload:
    """All of a chunk but its id and vectors, as JSON values."""
    label = chunk.label
    return {
        "record": CHUNK,
        "shelf": shelf(CHUNK, label.audience, label.confidence),
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


def chunk(id_: int, payload: Mapping[str, Any]) -> Chunk:
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


def record_points(record: Record, source: str) -> list[Point]:
    """An article's record and, apart from it, its whole Markdown: no point has vectors.

    A search reads records: a store reads a point's payload whole.
    """
    chunks = record.chunks or {}
    shown = {
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
    }
    whole = {"chunks": list(chunks), "labels": list(chunks.values()), "source": source}
    return [
        Point(record_id(record.article), {**_kind(ARTICLE, record), **shown}),
        Point(source_id(record.article), {**_kind(SOURCE, record), **shown, **whole}),
    ]


def _kind(kind: str, record: Record) -> Payload:
    return {"record": kind, "shelf": shelf(kind, record.audience, record.confidence)}


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
