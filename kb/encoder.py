"""Text -> unit vectors: the one door of onnxruntime, tokenizers and sentence-transformers."""

from __future__ import annotations

from typing import Protocol

from kb.domain import Vector


class Encoder(Protocol):
    """Turns one text into one unit vector; safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits over weights, tokenizer, precision, pooling, folding and length."""

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text count, special tokens included; the rest is cut off."""

    def tokens(self, text: str) -> int:
        """How many tokens a text has before any cut, special tokens included."""

    def encode(self, text: str) -> Vector:
        """The text's unit vector; the empty text has one too."""
