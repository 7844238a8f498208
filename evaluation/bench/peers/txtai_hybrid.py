"""txtai's hybrid index with content: Faiss and BM25, convex fusion, a filter in SQL.

SQL filters what the fused search found, a hundred candidates for ten hits by default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from txtai import Embeddings  # type: ignore[import-not-found]  # is installed apart

from evaluation.bench.peers.contract import DEPTH, Chunk, Ranking, Script, Search, main, weights

SELECT = f"SELECT id, score FROM txtai WHERE similar(:text) AND label = 1 LIMIT {DEPTH}"  # noqa: S608 - a constant


def indexer(folder: Path) -> Callable[[Sequence[Chunk]], None]:
    """A new index, saved into the folder."""
    embeddings = Embeddings(
        path=weights(folder),
        method="sentence-transformers",
        hybrid=True,
        content=True,
        gpu=False,
    )

    def index(chunks: Sequence[Chunk]) -> None:
        embeddings.index(
            (each.id, {"text": each.text, "label": int(each.label)}) for each in chunks
        )
        embeddings.save(str(folder))

    return index


def opened(folder: Path) -> Search:
    """The index that was saved."""
    embeddings = Embeddings()
    embeddings.load(str(folder))

    def search(text: str) -> Ranking:
        found = embeddings.search(SELECT, DEPTH, parameters={"text": text})
        return [(each["id"], each["score"]) for each in found]

    return search


if __name__ == "__main__":
    main(Script(("txtai", "faiss-cpu", "sentence-transformers", "torch"), indexer, opened))
