"""Export all-MiniLM-L6-v2 to a small int8 ONNX file: the encoder that the product carries.

Run once, by hand, with the extra ``[training]``; two runs give equal bytes::

    python -m training.export_minilm kb/models/all-minilm-l6-v2
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types
    QuantType,
    quantize_dynamic,
)
from torch.nn import functional
from transformers import BertModel

from kb.encoder import FOLDING
from training.source import WEIGHTS_SHA256, model_folder

MAX_TOKENS = 256
"""As in the source's ``sentence_bert_config.json``: the length it was trained for."""


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


def main() -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``config.json`` into a folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("destination", type=Path, help="folder to write to; made if missing")
    destination: Path = parser.parse_args().destination
    destination.mkdir(parents=True, exist_ok=True)

    source = model_folder()
    bert = BertModel.from_pretrained(source, attn_implementation="eager", add_pooling_layer=False)
    write_onnx(bert, destination / "model.onnx")
    shutil.copyfile(source / "tokenizer.json", destination / "tokenizer.json")
    write_config(bert.config.hidden_size, destination / "config.json")
    for file in sorted(destination.iterdir()):
        print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file}")


def write_onnx(bert: BertModel, file: Path) -> None:
    """Trace the model and write it with int8 weights, one scale per output channel."""
    example = torch.ones((1, 8), dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The tracer notes each Python branch, and that a newer exporter exists.
        warnings.simplefilter("ignore")
        traced = Path(folder) / "fp32.onnx"
        torch.onnx.export(
            _Encoder(bert),
            (example, example),
            str(traced),
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
        quantize_dynamic(traced, file, per_channel=True, weight_type=QuantType.QInt8)


def write_config(dimensions: int, file: Path) -> None:
    """Write what :class:`kb.encoder.PackagedEncoder` must know and cannot read from the graph."""
    config = {
        "name": "all-MiniLM-L6-v2",
        "dimensions": dimensions,
        "max_tokens": MAX_TOKENS,
        "pooling": "mean",
        "precision": "int8",
        "folding": FOLDING,
        "source_sha256": WEIGHTS_SHA256,
    }
    file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
