"""Texts that are too long -> pieces, cut where it hurts least."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb.domain import BlockKind

Tokens = Callable[[str], int]
"""How many tokens a text has for the encoder, special ones included."""

_LINES: Final = re.compile(r"(?<=\n)")
_SENTENCES: Final = re.compile(
    r"(?<=[。！？；…])(?![”’」』）】。！？…])|(?<=[。！？；…][”’」』）】])|(?<=[.!?;])(?=\s)|(?<=\n)"
)
_CELLS: Final = re.compile(r"(?<= \| )")
_WORDS: Final = re.compile(r"(?<=[\s，、：,])")
_SEAMS: Final = {
    BlockKind.CODE: (_LINES, _WORDS),
    BlockKind.ROW: (_CELLS, _SENTENCES, _WORDS),
}
_PROSE: Final = (_SENTENCES, _WORDS)
_CHARACTERS_PER_TOKEN: Final = 40
"""Above this a text is not worth counting: no language comes near it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """An encoder's way to count, and what a text of it may cost."""

    tokens: Tokens
    room: int

    def cost(self, text: str) -> int:
        """Tokens of a text; of one that is far too long just more than there is room for."""
        if len(text) > self.room * _CHARACTERS_PER_TOKEN:
            return self.room + 1
        return self.tokens(text)


def cut(text: str, kind: BlockKind, measure: Measure) -> list[str]:
    """Pieces in order, each within the room, nothing but blanks at their ends lost.

    Prose is cut at sentence ends, code at line ends, a row at cells and then sentences; what is
    still too long at words, and as a last resort between characters.
    """
    pieces = _cut(text, _SEAMS.get(kind, _PROSE), measure)
    trimmed = (piece.strip("\n") if kind is BlockKind.CODE else piece.strip() for piece in pieces)
    return [piece for piece in trimmed if piece.strip()]


def _cut(text: str, seams: Sequence[re.Pattern[str]], measure: Measure) -> Iterator[str]:
    parts = seams[0].split(text) if seams else _windows(text, measure.room)
    here, spent = "", 0
    for part in parts:
        cost = measure.cost(part)
        if here and spent + cost > measure.room:
            yield here
            here, spent = "", 0
        if cost > measure.room and len(part) > 1:
            yield from _cut(part, seams[1:], measure)
        else:
            here, spent = here + part, spent + cost
    yield here


def _windows(text: str, room: int) -> list[str]:
    """Runs of characters, half as many as there is room for or half the text."""
    width = max(1, min(room, len(text)) // 2)
    return [text[start : start + width] for start in range(0, len(text), width)]
