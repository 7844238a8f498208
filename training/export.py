"""The trained network as the encoder that the product carries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kb.encoder import PackagedEncoder
from training import full_precision, package, stages, texts, tokens
from training.files import Folders, whole
from training.network import Network, padded
from training.tokens import Ids

NAME = "all-MiniLM-L6-v2-zh-en"
SAMPLE = 500
"""Held-out texts of each language that int8 and full precision are compared on."""
LEAST_COSINE = 0.99
"""Of int8 to full precision, on average: below it, quantizing took too much."""


def run(folders: Folders, *, number: int) -> None:
    """Package a stage's weights; exits when int8 is too far from full precision."""
    network = stages.opened(folders, number)
    bert, tokenizer = network.whole(), folders.tokenizer
    sha256 = full_precision.write(bert, tokenizer, folders.full_precision)
    package.write(bert, tokenizer, folders.model, name=NAME, weights_sha256=sha256)
    held = texts.read(folders.held_out)
    chosen = held[:: max(1, len(held) // SAMPLE)]
    said = [pair.en for pair in chosen] + [pair.zh for pair in chosen]
    full = _full_precision(network, tokens.ids(tokens.words(folders), said))
    encoder = PackagedEncoder(folders.model)
    cosines = (full * np.array([encoder.encode(text) for text in said])).sum(axis=1)
    found = {
        "stage": number,
        "texts": len(said),
        "cosine_mean": round(float(cosines.mean()), 4),
        "cosine_minimum": round(float(cosines.min()), 4),
        "bytes": {file.name: file.stat().st_size for file in sorted(folders.model.iterdir())},
    }
    with whole(folders.exported) as draft:
        draft.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(*package.checksums(folders.model), json.dumps(found), sep="\n")
    if cosines.mean() < LEAST_COSINE:
        raise SystemExit(f"int8 has a mean cosine of {cosines.mean():.4f}: below {LEAST_COSINE}")


def quantized(folders: Folders, number: int, folder: Path) -> None:
    """Write a stage's network as an int8 encoder alone, to be measured; its sum is of the stage."""
    bert = stages.opened(folders, number).whole()
    sha256 = hashlib.sha256(folders.weights(number).read_bytes()).hexdigest()
    package.write(bert, folders.tokenizer, folder, name=NAME, weights_sha256=sha256)


@torch.inference_mode()
def _full_precision(network: Network, ids: Sequence[Ids]) -> NDArray[np.float32]:
    """A unit vector a row."""
    return np.concatenate([network(padded([each])).numpy() for each in ids])
