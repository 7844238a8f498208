"""What both of Haystack's pipelines are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from haystack import Pipeline
from haystack.components.writers import DocumentWriter
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (  # type: ignore[import-not-found]  # is installed apart
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from evaluation.bench.peers.contract import weights

LABELLED: Final = {"field": "meta.label", "operator": "==", "value": True}
"""The filter of every query."""
CPU: Final = ComponentDevice.from_str("cpu")


def indexing(store: Any, folder: Path) -> Pipeline:  # noqa: ANN401 - Haystack's stores share a protocol, no type
    """Embedder and writer over a store, with the model loaded."""
    embedder = SentenceTransformersDocumentEmbedder(
        model=weights(folder), device=CPU, progress_bar=False
    )
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(store))
    pipeline.connect("embedder", "writer")
    pipeline.warm_up()
    return pipeline


def text_embedder(folder: Path) -> SentenceTransformersTextEmbedder:
    """The embedder of queries; it loads the model when it first runs."""
    return SentenceTransformersTextEmbedder(model=weights(folder), device=CPU, progress_bar=False)
