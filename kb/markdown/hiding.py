"""Tokens -> tokens with hidden blocks paired (part of the door of markdown-it-py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it.token import Token

from kb.flaws import Flaw, FlawKind
from kb.markdown import containers
from kb.markdown.containers import Fence, FenceKind

INTERNAL_OPEN: Final = "internal_open"
INTERNAL_CLOSE: Final = "internal_close"
COLONS: Final = "colons"
"""Type of the tokens for lines of colons, before they are paired."""
FENCE: Final = "fence"
"""Under this key their ``meta`` holds what was read."""
_MAX_FENCES: Final = 40
"""Containers that may be open within one hidden block."""


_SLIP: Final = (
    "'internal' hides nothing here: write '::: internal' on a line of its own, "
    "not indented, not inside HTML"
)
UNSURE: Final = Flaw(FlawKind.UNSURE_BLOCK)
"""A line that was meant to hide, and does not."""


class BadMarkdown(ValueError):
    """A text that must not be shown, or is too much to read; ``line`` counts from 0."""

    def __init__(self, line: int, reason: str, flaw: Flaw) -> None:
        """Keep line and reason apart, for callers that know the file."""
        self.line, self.reason = line, reason
        self.flaw = flaw
        super().__init__(reason)


@dataclass(slots=True)
class _Block:
    """A block being read: the line where it ends, and its containers from a hidden one on."""

    end: int
    hidden: bool
    """Whether it stands inside a hidden container of a block around it."""
    fences: list[Fence] = field(default_factory=list)

    def taken(self, fence: Fence, line: int) -> Iterator[Token]:
        """What a line of colons means here: the beginning or end of what is hidden, or nothing."""
        if fence.kind in {FenceKind.INTERNAL, FenceKind.OPEN}:
            yield from self._opened(fence, line)
        elif self.fences and _closes(fence, self.fences[-1]):
            self.fences.pop()
            if not self.fences:
                yield Token(INTERNAL_CLOSE, "aside", -1, map=[line, line + 1], block=True)

    def _opened(self, fence: Fence, line: int) -> Iterator[Token]:
        if self.hidden or not (self.fences or fence.kind is FenceKind.INTERNAL):
            return
        if len(self.fences) >= _MAX_FENCES:
            reason = f"more than {_MAX_FENCES} containers inside each other"
            raise BadMarkdown(line, reason, Flaw(FlawKind.TOO_DEEP, {"most": str(_MAX_FENCES)}))
        if not self.fences:
            yield _opening(line)
        self.fences.append(fence)

    def closed(self) -> list[Token]:
        """What is still hidden when the block ends, ends with it."""
        ending = [self.end, self.end]
        return [Token(INTERNAL_CLOSE, "aside", -1, map=ending, block=True)] if self.fences else []


def paired(tokens: Sequence[Token], lines: int) -> list[Token]:
    """Replace lines of colons by pairs around what is hidden, never one pair inside another.

    A container ends in the block (list item, quote, text) that it began in, at the latest with it.
    """
    blocks = [_Block(lines, hidden=False)]
    found: list[Token] = []
    for token in tokens:
        here = blocks[-1]
        if token.type == COLONS:
            found += here.taken(token.meta[FENCE], token.map[0] if token.map else 0)
            continue
        if token.nesting < 0:
            found += blocks.pop().closed()
        elif token.nesting > 0:
            end = token.map[1] if token.map else here.end
            blocks.append(_Block(end, hidden=here.hidden or bool(here.fences)))
        found.append(token)
    return [*found, *blocks.pop().closed()]


def hidden_lines(tokens: Sequence[Token], lines: int) -> bytearray:
    """For each line of a text 1 if it belongs to a hidden block, else 0."""
    hidden, start = bytearray(lines), 0
    for token in tokens:
        if token.type == INTERNAL_OPEN and token.map:
            start = token.map[0]
        elif token.type == INTERNAL_CLOSE and token.map:
            hidden[start : token.map[1]] = b"\1" * (token.map[1] - start)
    return hidden


def refuse_slips(tokens: Sequence[Token]) -> None:
    """No line that was meant to hide may end up as text; in fences and tables it is text.

    Raises:
        BadMarkdown: such a line inside HTML, an indented block or a paragraph.
    """
    above = ""
    for token in tokens:
        text = token.type in {"code_block", "html_block"} or (
            token.type == "inline" and above in {"paragraph_open", "heading_open"}
        )
        line = containers.slip(token.content) if text else None
        if line is not None:
            first = token.map[0] if token.map else 0
            raise BadMarkdown(first + line, _SLIP, UNSURE)
        above = token.type


def _closes(fence: Fence, top: Fence) -> bool:
    if fence.kind is FenceKind.END:
        return top.kind is FenceKind.OPEN
    return fence.kind is FenceKind.CLOSE and fence.colons >= top.colons


def _opening(line: int) -> Token:
    shown: dict[str, str | int | float] = {"class": "internal"}
    return Token(INTERNAL_OPEN, "aside", 1, shown, map=[line, line + 1], block=True)
