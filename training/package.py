"""BERT and its tokenizer -> the folder that :class:`kb.encoder.PackagedEncoder` opens."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import torch
from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types
    QuantType,
    quantize_dynamic,
)
from torch.nn import functional
from transformers import BertModel

from kb.encoder import FOLDING
from training.files import whole
from training.source import WEIGHTS_SHA256

MAX_TOKENS = 256
"""As in the source's ``sentence_bert_config.json``: the length it was trained for."""


CONFIG = "config.json"


class _Encoder(torch.nn.Module):
    """BERT, mean pooling and L2 normalisation as one graph."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors, shape ``(batch, dimensions)``; padded tokens do not count."""
        tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        return functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=1)


def write(
    bert: BertModel, tokenizer: Path, folder: Path, *, name: str, weights_sha256: str
) -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and, last, ``config.json``.

    The folder is made if needed. The sum is that of the same weights in full precision.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_int8(bert, folder / "model.onnx")
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    config = {
        "name": name,
        "dimensions": bert.config.hidden_size,
        "max_tokens": MAX_TOKENS,
        "pooling": "mean",
        "precision": "int8",
        "folding": FOLDING,
        "source_sha256": WEIGHTS_SHA256,
        "weights_sha256": weights_sha256,
    }
    with whole(folder / CONFIG) as draft:
        draft.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether :func:`write` came to its end there."""
    return (folder / CONFIG).is_file()


def checksums(folder: Path) -> Iterator[str]:
    """The sha256 and path of each file of a folder, a line each."""
    for file in sorted(folder.iterdir()):
        yield f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file}"


def _write_int8(bert: BertModel, file: Path) -> None:
    """Trace the model and write it with int8 weights, one scale per output channel."""
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder) / "fp32.onnx"
        _trace(bert, traced)
        quantize_dynamic(traced, file, per_channel=True, weight_type=QuantType.QInt8)


def _trace(bert: BertModel, file: Path) -> None:
    """Write the model in full precision: ``input_ids``, ``attention_mask`` -> ``vector``."""
    example = torch.ones((1, 8), dtype=torch.long)
    with warnings.catch_warnings():
        # The tracer notes each Python branch, and that a newer exporter exists.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Encoder(bert),
            (example, example),
            str(file),
            dynamo=False,
            opset_version=17,
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "tokens"},
                "attention_mask": {0: "batch", 1: "tokens"},
                "vector": {0: "batch"},
            },
        )
