"""Texts -> token ids, as the packaged encoder will cut them, or with every word in characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training import vocabulary
from training.files import Folders
from training.source import model_folder
from training.vocabulary import Counts

Ids = NDArray[np.int32]
"""Token ids of one text, ``[CLS]`` and ``[SEP]`` included."""
MOST_TOKENS = 256
"""Of a text; the rest is cut off, as the packaged encoder does it."""
AT_ONCE = 10_000
"""Texts that are cut together: what comes back from the tokenizer is large."""


def words(folders: Folders) -> Tokenizer:
    """The extended tokenizer."""
    return _cutting(Tokenizer.from_file(str(folders.tokenizer)))


def characters(folders: Folders) -> Tokenizer:
    """The extended tokenizer, less its words: the same ids for all that is left."""
    counts = Counts(vocabulary.read(folders.counts).characters, {})
    source = (model_folder() / "tokenizer.json").read_text("utf-8")
    return _cutting(Tokenizer.from_str(vocabulary.extended(source, counts)))


def ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    """The token ids of each text."""
    return [
        np.array(each.ids, dtype=np.int32)
        for start in range(0, len(texts), AT_ONCE)
        for each in tokenizer.encode_batch_fast(texts[start : start + AT_ONCE])
    ]


def _cutting(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer
