"""Haystack's own hybrid pipeline over its in-memory store.

BM25 and dense retrievers, joined by reciprocal rank fusion, both with a filter on metadata. The
store is written to disk as JSON and read back whole: it has no other way to outlive a process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore

from evaluation.bench.peers.contract import DEPTH, LEG, Chunk, Ranking, Script, Search, main
from evaluation.bench.peers.haystack_parts import LABELLED, indexing, text_embedder

FILE = "store.json"
"""What the store is saved as, in the folder of the index."""


def indexer(folder: Path) -> Callable[[Sequence[Chunk]], None]:
    """A pipeline of embedder and writer over a new store."""
    store = InMemoryDocumentStore()
    pipeline = indexing(store, folder)

    def index(chunks: Sequence[Chunk]) -> None:
        documents = [Document(each.id, each.text, meta={"label": each.label}) for each in chunks]
        pipeline.run({"embedder": {"documents": documents}})
        store.save_to_disk(str(folder / FILE))

    return index


def opened(folder: Path) -> Search:
    """A pipeline of embedder, both retrievers and joiner over the store that was saved."""
    store = InMemoryDocumentStore.load_from_disk(str(folder / FILE))
    pipeline = Pipeline()
    pipeline.add_component("embedder", text_embedder(folder))
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, LABELLED, LEG))
    pipeline.add_component("lexical", InMemoryBM25Retriever(store, LABELLED, LEG))
    pipeline.add_component("joiner", DocumentJoiner("reciprocal_rank_fusion", top_k=DEPTH))
    pipeline.connect("embedder.embedding", "dense.query_embedding")
    pipeline.connect("dense", "joiner")
    pipeline.connect("lexical", "joiner")

    def search(text: str) -> Ranking:
        found = pipeline.run({"embedder": {"text": text}, "lexical": {"query": text}})
        return [(each.id, each.score or 0.0) for each in found["joiner"]["documents"]]

    return search


if __name__ == "__main__":
    main(Script(("haystack-ai", "sentence-transformers", "torch"), indexer, opened))
