"""Small stand-ins that keep a contract of the house without its weight."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from kb.domain import Vector

_TOKEN = re.compile(r"[一-鿿]|[^\W一-鿿]+")


class BagEncoder:
    """Keeps the ``Encoder`` contract with no model: texts that share words are near.

    Each word, Chinese character and pair of neighbouring Chinese characters points in a random
    direction of its own, the same in every process; a text is their sum. A text without any of
    them, such as the empty one, has the first axis.
    """

    fingerprint = "ba90000000000064"
    dimensions = 64
    max_tokens = 256

    def tokens(self, text: str) -> int:
        return len(_TOKEN.findall(text)) + 2

    def encode(self, text: str) -> Vector:
        total = np.zeros(self.dimensions, dtype=np.float32)
        for feature in _features(_TOKEN.findall(text.lower())[: self.max_tokens - 2]):
            digest = hashlib.blake2b(feature.encode("utf-8", "replace")).digest()
            total += np.frombuffer(digest, dtype=np.int8)
        norm = float(np.linalg.norm(total))
        return total / np.float32(norm) if norm else np.eye(1, 64, dtype=np.float32)[0]


def _features(tokens: list[str]) -> Iterator[str]:
    yield from tokens
    for left, right in pairwise(tokens):
        if "一" <= left <= "鿿" and "一" <= right <= "鿿":
            yield left + right
