"""Pairs of texts that say the same in English and Chinese, and what makes two texts equal."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.folding import HAN, fold, fold_case
from training.files import whole

BYTES_OF_A_SENTENCE = 18
"""A part of a text is compared as a sentence of its own from 18 letters or 6 Chinese characters on:
``Select Save.`` inside a paragraph gives nothing away, and would cost hundreds of paragraphs."""

_NO_LETTERS = re.compile(r"[\W_]+")
_SENTENCES = re.compile(rf"(?<=[.!?])\s+|(?<=。)|(?<=[!?])(?=[{HAN}])|\n+")
"""Of folded text, in which Chinese sentences end in ASCII signs."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text in both languages, both folded."""

    source: str
    """Name of the file it comes from."""
    place: int
    """Its line there, from 0: neighbours in a document are neighbours in the file."""
    en: str
    zh: str


def key(text: str) -> str:
    """What equal texts have in common: their letters and digits, folded, without case."""
    folded = fold_case(text)
    return _NO_LETTERS.sub("", folded) or folded


def keys(text: str) -> set[str]:
    """The key of a text, and of each of its longer sentences and lines."""
    parts = {key(part) for part in _SENTENCES.split(fold(text))}
    return {key(text)} | {part for part in parts if len(part.encode()) >= BYTES_OF_A_SENTENCE}


def write(pairs: Iterable[Pair], path: Path) -> None:
    """Write pairs as gzip TSV ``source, place, en, zh``; no text holds a tab or a line break."""
    with (
        whole(path) as draft,
        draft.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file,
    ):
        for pair in pairs:
            file.write(f"{pair.source}\t{pair.place}\t{pair.en}\t{pair.zh}\n".encode())


def read(path: Path) -> list[Pair]:
    """The pairs of a file that :func:`write` made; exits when there is none."""
    if not path.is_file():
        raise SystemExit(f"no {path}: run the stage before it first (python -m training pairs)")
    return list(_rows(path))


def _rows(path: Path) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            source, place, en, zh = line.removesuffix("\n").split("\t")
            yield Pair(source, int(place), en, zh)
