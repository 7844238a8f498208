"""A text's sentences, and how long a text is to a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ingest.lint.places import lines
from kb.folding import HAN

_END: Final = re.compile(
    r"[。！？；…]++[”’」』）】]*+|(?<![.!?;])[.!?;]++[\"'”’)\]]*+(?=\s|\Z)",
)
"""What is tried at a place is not tried again at the next: a row of dots takes no longer."""
_ADDRESS: Final = re.compile(r"https?://[^\s<>，。；、）]+")
_UNIT: Final = re.compile(f"[{HAN}]|[^\\W_{HAN}]+(?:['’.-][^\\W_{HAN}]+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph."""

    text: str
    line: int
    """Of the paragraph, from 0, on which it begins."""


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a paragraph, in order; a semicolon ends one, a blank one is left out."""
    ends = (0, *(found.end() for found in _END.finditer(text)), len(text))
    parts = [(start, text[start:end]) for start, end in pairwise(ends)]
    told = [(start + len(part) - len(part.lstrip()), part.strip()) for start, part in parts]
    kept = [(begin, sentence) for begin, sentence in told if sentence]
    begins = lines(text, (begin for begin, _ in kept))
    for line, (_, sentence) in zip(begins, kept, strict=True):
        yield Sentence(sentence, line)


def length(text: str) -> int:
    """Chinese characters and words of other scripts; an address on the web is one word."""
    return len(_UNIT.findall(_ADDRESS.sub("x", text)))
