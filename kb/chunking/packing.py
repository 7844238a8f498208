"""Blocks -> texts of about the same length, none too long for the encoder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from kb.chunking.cutting import Measure, cut
from kb.domain import Block, BlockKind

_CERTAIN: Final = 0.9
"""Up to this share of the room a sum over blocks is trusted; beyond, the whole is counted."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Neighbouring blocks as one text."""

    text: str
    anchor: str
    """Of the first block."""


@dataclass(frozen=True, slots=True)
class _Sized:
    """A block that fits, and what it and its header cost."""

    block: Block
    cost: int
    header_cost: int = 0


@dataclass(slots=True)
class _Load:
    """A text being put together."""

    anchor: str = ""
    header: str = ""
    lines: list[str] = field(default_factory=list)
    cost: int = 0

    def price(self, sized: _Sized) -> int:
        """What a block adds here: a header is written once for neighbouring rows."""
        shared = sized.block.header == self.header
        return sized.cost + (0 if shared else sized.header_cost)

    def add(self, sized: _Sized) -> None:
        """Take a block in."""
        self.cost += self.price(sized)
        block = sized.block
        if not self.lines:
            self.anchor = block.anchor
        if block.header and block.header != self.header:
            self.lines.append(block.header)
        self.header = block.header
        self.lines.append(block.text)


def packed(blocks: Iterable[Block], measure: Measure, *, target: int) -> Iterator[Packed]:
    """Fill texts up to ``target`` tokens, whole blocks, first come first served.

    A block above the target stays whole while there is room; above the room it is cut. The header
    of rows is repeated in every text that holds some of them, unless it takes half the room: then
    it stands once before them.
    """
    load = _Load()
    for sized in _fitting(blocks, measure):
        if load.lines and load.cost + load.price(sized) > min(target, measure.room):
            yield from _texts(load, measure)
            load = _Load()
        load.add(sized)
    yield from _texts(load, measure)


def _fitting(blocks: Iterable[Block], measure: Measure) -> Iterator[_Sized]:
    """The blocks with their costs, those that alone exceed the room in pieces."""
    header, header_cost = "", 0
    for block in blocks:
        if block.header != header:
            header, header_cost = block.header, measure.cost(block.header) if block.header else 0
            if header_cost > measure.room // 2:
                yield from _pieces(Block(BlockKind.ROW, header, block.audience), measure)
        if header_cost > measure.room // 2:
            yield from _pieces(replace(block, header=""), measure)
        else:
            yield from _pieces(block, measure, header_cost=header_cost)


def _pieces(block: Block, measure: Measure, *, header_cost: int = 0) -> Iterator[_Sized]:
    left = replace(measure, room=measure.room - header_cost)
    cost = left.cost(block.text)
    if cost <= left.room:
        yield _Sized(block, cost, header_cost)
        return
    for text in cut(block.text, block.kind, left):
        yield _Sized(replace(block, text=text), left.cost(text), header_cost)


def _texts(load: _Load, measure: Measure) -> Iterator[Packed]:
    text = "\n".join(load.lines)
    fits = load.cost <= measure.room * _CERTAIN or measure.cost(text) <= measure.room
    for piece in [text] if fits else cut(text, BlockKind.TEXT, measure):
        if piece.strip():
            yield Packed(piece, load.anchor)
