"""Haystack's hybrid retriever over qdrant-client's local mode, on disk.

The usual sparse embedder of this pair downloads its model; our own term weights take its place, and
the store weighs them by inverse document frequency. The retriever fuses ten hits a side, whatever
is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from haystack import Document, Pipeline, component
from haystack.dataclasses import SparseEmbedding
from haystack_integrations.components.retrievers.qdrant import (  # type: ignore[import-not-found]  # is installed apart
    QdrantHybridRetriever,
)
from haystack_integrations.document_stores.qdrant import (  # type: ignore[import-not-found]  # is installed apart
    QdrantDocumentStore,
)
from numpy.typing import NDArray

from evaluation.bench.peers.contract import DEPTH, Chunk, Ranking, Script, Search, main
from evaluation.bench.peers.haystack_parts import LABELLED, indexing, text_embedder
from kb import vocabulary
from kb.index import Sparse
from kb.lexical import Lexicon

DIMENSIONS = 384
"""Length of the model's vectors, which the store must be told."""


@component
class TermWeigher:
    """Gives a query's text the weights of its terms."""

    def __init__(self) -> None:
        """Read the lexicon."""
        self.lexicon = _lexicon()

    @component.output_types(sparse_embedding=SparseEmbedding)
    def run(self, text: str) -> dict[str, Any]:
        """Weights without inverse document frequency: the store knows that."""
        terms = self.lexicon.query_terms(text)
        return {"sparse_embedding": _embedding(self.lexicon.query(terms, _evenly))}


def indexer(folder: Path) -> Callable[[Sequence[Chunk]], None]:
    """A pipeline of embedder and writer over a new store."""
    pipeline = indexing(_store(folder), folder)
    lexicon = _lexicon()

    def index(chunks: Sequence[Chunk]) -> None:
        pipeline.run({"embedder": {"documents": _documents(lexicon, chunks)}})

    return index


def opened(folder: Path) -> Search:
    """A pipeline of both embedders and the hybrid retriever over the store."""
    pipeline = Pipeline()
    pipeline.add_component("dense", text_embedder(folder))
    pipeline.add_component("lexical", TermWeigher())
    pipeline.add_component("retriever", QdrantHybridRetriever(_store(folder), LABELLED, DEPTH))
    pipeline.connect("dense.embedding", "retriever.query_embedding")
    pipeline.connect("lexical.sparse_embedding", "retriever.query_sparse_embedding")

    def search(text: str) -> Ranking:
        found = pipeline.run({"dense": {"text": text}, "lexical": {"text": text}})
        return [(each.id, each.score) for each in found["retriever"]["documents"]]

    return search


def _store(folder: Path) -> QdrantDocumentStore:
    return QdrantDocumentStore(
        path=str(folder),
        embedding_dim=DIMENSIONS,
        use_sparse_embeddings=True,
        sparse_idf=True,
        progress_bar=False,
    )


def _documents(lexicon: Lexicon, chunks: Sequence[Chunk]) -> list[Document]:
    counts = [lexicon.terms(each.text) for each in chunks]
    average = float(np.mean([lexicon.length(each) for each in counts]))
    return [
        Document(
            id=each.id,
            content=each.text,
            meta={"label": each.label},
            sparse_embedding=_embedding(lexicon.document(terms, average_length=average)),
        )
        for each, terms in zip(chunks, counts, strict=True)
    ]


def _lexicon() -> Lexicon:
    return Lexicon(vocabulary.load(Path(str(files("kb") / "vocabulary.yaml"))))


def _evenly(ids: NDArray[np.uint32]) -> NDArray[np.float32]:
    return np.ones(len(ids), dtype=np.float32)


def _embedding(sparse: Sparse) -> SparseEmbedding:
    return SparseEmbedding(sparse.ids.tolist(), sparse.weights.tolist())


if __name__ == "__main__":
    packages = ("haystack-ai", "qdrant-haystack", "qdrant-client", "sentence-transformers", "torch")
    main(Script(packages, indexer, opened))
