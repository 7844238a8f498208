"""Measure a packaged encoder: how near it is to its source, and what a query costs.

The source is read with sentence-transformers in full precision (extra ``[training]``)::

    python -m training.measure_minilm build/english
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray

from kb.encoder import Encoder, PackagedEncoder, SentenceTransformersEncoder, encode_all
from training.source import model_folder

SENTENCES = Path(__file__).parent / "sentences.txt"
"""Sentences of customers and of articles, one a line, written for this measurement."""


def main() -> None:
    """Print the figures that the model card holds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder of the packaged encoder")
    folder: Path = parser.parse_args().folder
    sentences = SENTENCES.read_text(encoding="utf-8").splitlines()

    start = time.perf_counter()
    packaged = PackagedEncoder(folder)
    print(f"load_s {time.perf_counter() - start:.2f}")
    print_speed(packaged, sentences)
    print(f"rss_mb {psutil.Process().memory_info().rss / 1e6:.0f} of the whole process")
    # Only now, because torch would count as memory of the packaged encoder.
    print_agreement(packaged, SentenceTransformersEncoder(str(model_folder())), sentences)


def print_speed(encoder: Encoder, sentences: list[str]) -> None:
    """Time each sentence alone, then passages of 128 tokens in bulk."""
    times_ms = []
    for sentence in sentences:
        start = time.perf_counter()
        encoder.encode(sentence)
        times_ms.append(1000 * (time.perf_counter() - start))
    p50, p95 = np.percentile(times_ms, [50, 95])
    print(f"query_ms p50 {p50:.1f} p95 {p95:.1f}")
    for workers in (1, 2):
        start = time.perf_counter()
        passages = len(list(encode_all(encoder, ["battery " * 126] * 200, workers=workers)))
        print(f"passages_per_s {passages / (time.perf_counter() - start):.0f} workers {workers}")


def print_agreement(encoder: Encoder, source: Encoder, sentences: list[str]) -> None:
    """Compare with the source: cosine of each pair, and who is nearest to whom."""
    ours, theirs = (
        np.array([each.encode(sentence) for sentence in sentences]) for each in (encoder, source)
    )
    cosines = (ours * theirs).sum(axis=1)
    print(f"cosine mean {cosines.mean():.3f} minimum {cosines.min():.3f} of {len(sentences)}")
    print(f"same_nearest {np.mean(_nearest(ours) == _nearest(theirs)):.2f}")


def _nearest(vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    nearest: NDArray[np.intp] = similarity.argmax(axis=1)
    return nearest


if __name__ == "__main__":
    main()
