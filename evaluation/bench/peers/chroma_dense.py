"""Chroma's persistent client: dense search (HNSW) with a filter on metadata.

It has no hybrid search of its own on one machine: its sparse vectors and rank fusion are a service.
What it has for words is ``where_document``, which keeps the chunks that contain a string and
scores nothing; a symptom described in a sentence is contained in none, so it is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import chromadb  # type: ignore[import-not-found]  # is installed apart
from chromadb.utils.embedding_functions import (  # type: ignore[import-not-found]  # is installed apart
    SentenceTransformerEmbeddingFunction,
)

from evaluation.bench.peers.contract import DEPTH, Chunk, Ranking, Script, Search, main, weights

BATCH = 1000
"""Chunks that are added at a time; the client bears some five thousand."""


def indexer(folder: Path) -> Callable[[Sequence[Chunk]], None]:
    """A new collection by cosine."""
    collection = _collection(folder)

    def index(chunks: Sequence[Chunk]) -> None:
        for start in range(0, len(chunks), BATCH):
            batch = chunks[start : start + BATCH]
            collection.add(
                ids=[each.id for each in batch],
                documents=[each.text for each in batch],
                metadatas=[{"label": each.label} for each in batch],
            )

    return index


def opened(folder: Path) -> Search:
    """The collection as it was left."""
    collection = _collection(folder)

    def search(text: str) -> Ranking:
        found = collection.query(query_texts=[text], n_results=DEPTH, where={"label": True})
        return [
            (id_, 1 - distance)
            for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    return search


def _collection(folder: Path) -> chromadb.Collection:
    return chromadb.PersistentClient(str(folder)).get_or_create_collection(
        "chunks",
        embedding_function=SentenceTransformerEmbeddingFunction(weights(folder), device="cpu"),
        configuration={"hnsw": {"space": "cosine"}},
    )


if __name__ == "__main__":
    main(Script(("chromadb", "sentence-transformers", "torch"), indexer, opened))
