"""The trained network in full precision, as a folder that sentence-transformers opens."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from transformers import BertModel

from training.source import model_folder

PIPELINE = (
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "1_Pooling",
)
"""What says that vectors are means over tokens, of length 1: as in the source."""
TOKENIZER = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "model_max_length": 512,
    "unk_token": "[UNK]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
}


def write(bert: BertModel, tokenizer: Path, folder: Path) -> str:
    """Write the folder anew; the sha256 of its weights.

    Its texts must be folded first, which sentence-transformers does not. It is for comparing with
    other software and for training further: the product has int8 weights.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in PIPELINE:
        source = model_folder() / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copyfile(source, folder / name)
    bert.save_pretrained(folder)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    (folder / "tokenizer_config.json").write_text(json.dumps(TOKENIZER, indent=2) + "\n", "utf-8")
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
