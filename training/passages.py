"""Longer texts out of neighbouring lines: passages, and headings with what stands below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from training.texts import Pair

DOCUMENTS = ("gnome_help", "ms_")
"""Beginnings of the names of sources that are documents, line after line."""
GAP = 3
"""Lines that may be missing between neighbours: held out, or said before."""
FEWEST = 3
"""Lines of a passage, if they fit."""
SIZES = (200, 1_000)
"""English characters of a passage, 4 to 5 of which make a token: 50 to 250 tokens."""
TITLE_WORDS = 14
QUESTION_WORDS = 25
SECTION = 800
"""English characters of a section, at most: about 180 tokens, the size of a chunk."""
LEAST_SECTION = 60

_TITLE = re.compile(r"[A-Z0-9][^|]*[^.,:;!|]$")
_DATE = re.compile(r"(Topic )?[Ll]ast [Mm]odified")
_SUFFIX = re.compile(r"\s*\|\s*Microsoft Docs$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A longer text in both languages."""

    source: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Section:
    """A title or question, and the text that it stands above."""

    asked: Passage
    answer: Passage


def documents(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Runs of neighbouring lines, each line once: a sentence goes where its paragraph is there."""
    for source, lines in groupby(pairs, key=lambda pair: pair.source):
        if source.startswith(DOCUMENTS):
            yield from _runs([line for line in lines if not _DATE.match(line.en)])


def passages(pairs: Sequence[Pair], seed: int) -> list[Passage]:
    """Neighbouring lines joined to passages of mixed length, every line in at most one."""
    chance = np.random.default_rng(seed)
    made: list[Passage] = []
    for run in documents(pairs):
        lines: list[Pair] = []
        size = int(chance.integers(*SIZES))
        for line in run:
            if lines and _length([*lines, line]) > SIZES[1]:
                lines = []
            lines.append(line)
            if len(lines) >= FEWEST and _length(lines) >= size:
                made.append(_joined(lines))
                lines, size = [], int(chance.integers(*SIZES))
    return made


def sections(pairs: Sequence[Pair]) -> list[Section]:
    """Titles and questions that have text of some length below them, up to the next."""
    made: list[Section] = []
    for run in documents(pairs):
        heads = [place for place, line in enumerate(run) if _heads(line.en)]
        for head, following in pairwise([*heads, len(run)]):
            below = _fitting(run[head + 1 : following])
            if _length(below) >= LEAST_SECTION:
                made.append(Section(_asked(run[head]), _joined(below)))
    return made


def _runs(lines: Sequence[Pair]) -> Iterator[list[Pair]]:
    run: list[Pair] = []
    paragraph, last = "", 0
    for line in lines:
        if run and line.place - last > GAP:
            yield run
            run, paragraph = [], ""
        last = line.place
        if line.en not in paragraph:
            run.append(line)
            paragraph = line.en
    if run:
        yield run


def _heads(en: str) -> bool:
    words = len(en.split())
    if en.endswith("?"):
        return words <= QUESTION_WORDS
    return 1 < words <= TITLE_WORDS and bool(_TITLE.match(_SUFFIX.sub("", en)))


def _asked(head: Pair) -> Passage:
    return Passage(head.source, _SUFFIX.sub("", head.en), _SUFFIX.sub("", head.zh))


def _fitting(lines: Sequence[Pair]) -> list[Pair]:
    """The first lines that stay within a section."""
    many = next((n for n in range(len(lines)) if _length(lines[: n + 1]) > SECTION), len(lines))
    return list(lines[:many])


def _length(lines: Sequence[Pair]) -> int:
    return sum(len(line.en) + 1 for line in lines)


def _joined(lines: Sequence[Pair]) -> Passage:
    english, chinese = [line.en for line in lines], [line.zh for line in lines]
    return Passage(lines[0].source, " ".join(english), "\n".join(chinese))
