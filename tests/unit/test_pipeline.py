from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from haystack import component

from ingest.components import (
    ArticleChunker,
    ChangePlanner,
    ChunkEncoder,
    IndexWriter,
    MarkdownReader,
    Sourced,
)
from ingest.pipeline import planning, writing
from kb.errors import BadArticle
from kb.indexing import Build
from kb.library import Library
from kb.vectors import open_cache
from tests.parts import parts as parts_in


def test_the_pipelines_print_themselves_as_yaml(tmp_path: Path) -> None:
    parts = parts_in(tmp_path)
    build = Build(parts.store, parts.lexicon, "g-000001", copy_of=None, average_length=1.0)
    plan = planning(MarkdownReader(), ArticleChunker(parts.encoder), ChangePlanner({}))
    with open_cache(parts.cache, parts.encoder.fingerprint) as cache:
        encoder = ChunkEncoder(parts.encoder, cache, workers=2)
        write = yaml.safe_load(writing(encoder, IndexWriter(build)).dumps())

    assert list(yaml.safe_load(plan.dumps())["components"]) == ["chunker", "planner", "reader"]
    assert write["components"]["encoder"]["init_parameters"] == {
        "encoder": parts.encoder.fingerprint,
        "workers": 2,
    }
    assert write["connections"] == [{"sender": "encoder.encoded", "receiver": "writer.encoded"}]


@component
class FirstOnlyReader:
    """Somebody else's reader: it keeps the sockets and takes one article."""

    def __init__(self) -> None:
        self._reader = MarkdownReader()

    @component.output_types(articles=list[Sourced], problems=list[BadArticle])
    def run(self, files: Any) -> dict[str, Any]:  # noqa: ANN401 - as loose as a stranger's
        outputs = self._reader.run(files)
        return {"articles": outputs["articles"][:1], "problems": outputs["problems"]}


def test_a_component_can_be_swapped(tmp_path: Path) -> None:
    parts = parts_in(tmp_path)
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(f"# {name}\n\ntext\n", "utf-8")
    reader: Any = FirstOnlyReader()
    pipeline = planning(reader, ArticleChunker(parts.encoder), ChangePlanner({}))

    outputs = pipeline.run({"reader": {"files": Library(tmp_path).files()}})

    revisions = outputs["planner"]["revisions"]
    assert [revision.record.path for revision in revisions] == ["a.md"]
