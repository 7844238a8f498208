"""The ingest way: two pipelines, so that one batch is read while another is encoded."""

from __future__ import annotations

from haystack import Pipeline

from ingest.components import (
    ArticleChunker,
    ChangePlanner,
    ChunkEncoder,
    IndexWriter,
    MarkdownReader,
)


def planning(reader: MarkdownReader, chunker: ArticleChunker, planner: ChangePlanner) -> Pipeline:
    """Read -> chunk -> plan: what a dry run does."""
    pipeline = Pipeline()
    pipeline.add_component("reader", reader)
    pipeline.add_component("chunker", chunker)
    pipeline.add_component("planner", planner)
    pipeline.connect("reader.articles", "chunker.articles")
    pipeline.connect("chunker.chunked", "planner.chunked")
    return pipeline


def writing(encoder: ChunkEncoder, writer: IndexWriter) -> Pipeline:
    """Encode -> write: what a dry run leaves out; both take the planner's revisions."""
    pipeline = Pipeline()
    pipeline.add_component("encoder", encoder)
    pipeline.add_component("writer", writer)
    pipeline.connect("encoder.encoded", "writer.encoded")
    return pipeline
