"""A text's sentences, and how long a text is to a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kb.folding import HAN

_END: Final = re.compile(r"[。！？；…]+[”’」』）】]*|[.!?;]+[\"'”’)\]]*(?=\s|\Z)")
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
    start = 0
    for end in (*(found.end() for found in _END.finditer(text)), len(text)):
        sentence = text[start:end].strip()
        if sentence:
            begin = text.index(sentence, start)
            yield Sentence(sentence, text.count("\n", 0, begin))
        start = end


def length(text: str) -> int:
    """Chinese characters and words of other scripts; an address on the web is one word."""
    return len(_UNIT.findall(_ADDRESS.sub("x", text)))
