from __future__ import annotations

import json
from dataclasses import replace

from kb import blobs, conditions, points
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
    Versions,
    Visibility,
)
from kb.index import Match
from kb.points import Record

LABEL = Label(
    audience=Audience.INTERNAL,
    confidence=Confidence.WIP,
    environment=Environment(
        products=("phone",),
        systems=(
            System("ios", (Versions(12_000_000, 15_000_000), Versions(17_000_000, 18_000_000))),
            System("android"),
        ),
        hosts=("windows",),
        apps=("mail",),
    ),
    topic="software.update",
    error_codes=("4013",),
    anchor="step-2",
    position=7,
)
CHUNK = Chunk(
    id=ChunkId(7_503_226_118_001),
    article=ArticleId("zh/desktop/itunes-sync"),
    kind=ChunkKind.RESOLUTION,
    heading=("同步失败", "解决方法"),
    text="换一根数据线。",
    label=LABEL,
)


def test_a_chunk_comes_back_from_its_payload_whole() -> None:
    payload = json.loads(json.dumps(points.chunk_payload(CHUNK)))

    assert points.chunk(CHUNK.id, payload) == CHUNK
    assert set(points.CHUNK_FIELDS) <= payload.keys()


def test_a_record_comes_back_from_its_payload_whole() -> None:
    record = Record(
        article=ArticleId("en/a"),
        path="en/a.md",
        file_hash="00ff",
        title="A",
        summary="B",
        audience=Audience.PUBLIC,
        confidence=Confidence.VALIDATED,
        resolution="0123456789abcdef",
        aliases=(SolutionId("old"),),
        chunks={ChunkId(1): "aa", ChunkId((1 << 63) - 1): "bb"},
    )

    short, whole = (
        json.loads(json.dumps(point.payload)) for point in points.record_points(record, "# A")
    )

    assert points.record(whole) == record
    assert points.record(short) == replace(record, chunks=None)
    assert (whole["source"], "source" in short) == ("# A", False)


def test_bytes_are_cut_into_parts_and_come_back() -> None:
    content = bytes(range(256)) * 10_000

    parts = blobs.as_points("statistics", content)

    assert len(parts) == 3
    assert b"".join(blobs.content(part.payload) for part in parts) == content
    assert [part.id for part in parts] == [blobs.id_of("statistics", n) for n in range(3)]
    assert blobs.content(blobs.as_points("empty", b"")[0].payload) == b""


def test_what_may_be_seen_is_one_condition_of_kind_audience_and_confidence() -> None:
    public = Visibility(frozenset({Audience.PUBLIC}), frozenset({Confidence.VALIDATED}))

    assert conditions.visible(public, "chunk") == Match("shelf", ("chunk/public/validated",))
    assert points.chunk_payload(CHUNK)["shelf"] == "chunk/internal/wip"
    assert conditions.visible(Visibility(frozenset(), frozenset()), "chunk").any_of == ()
