"""The paragraphs and steps of an article with their lines (part of the door of markdown-it-py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markdown_it.token import Token

from kb.markdown.nodes import plain, tree
from kb.markdown.outline import outline
from kb.markdown.tokens import parsed

_BREAKS: Final = frozenset({"softbreak", "hardbreak"})
_ITEM: Final = frozenset({"list_item_open", "list_item_close"})
_CONTENTS: Final = frozenset({"inline", "fence", "code_block", "html_block"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or cell as plain text, its line ends as they are written."""

    text: str
    line: int
    """Of the body, from 0."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a resolution with its branches, its text for staff too."""

    anchor: str
    text: str
    """Its paragraphs, a line end between them."""
    line: int
    """Of the body, from 0."""
    empty: bool
    """Whether nothing at all stands in it: neither text nor code, picture or raw HTML."""


@dataclass(frozen=True, slots=True)
class Prose:
    """What an article says in sentences, in order; code blocks and raw HTML are left out."""

    paragraphs: tuple[Paragraph, ...]
    """All of them, those of steps too."""
    steps: tuple[Step, ...]


def prose(body: str, title: str) -> Prose:
    """The paragraphs and steps of a body.

    Raises:
        BadMarkdown: as :func:`kb.markdown.article`, which refuses such a text first.
    """
    tokens = parsed(body).tokens
    anchors = outline(tree(tokens), title).anchors
    steps = (
        _step(anchor, tokens, index)
        for index, anchor in anchors.items()
        if tokens[index].type == "list_item_open"
    )
    return Prose(tuple(_paragraphs(tokens)), tuple(steps))


def _paragraphs(tokens: Iterable[Token]) -> Iterator[Paragraph]:
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        if token.type == "inline":
            yield Paragraph(_text(token), line)


def _step(anchor: str, tokens: Sequence[Token], index: int) -> Step:
    item, inside = tokens[index], list(_inside(tokens, index))
    return Step(
        anchor=anchor,
        text="\n".join(_text(token) for token in inside if token.type == "inline").strip(),
        line=item.map[0] if item.map else 0,
        empty=not any(token.content.strip() for token in inside if token.type in _CONTENTS),
    )


def _inside(tokens: Sequence[Token], index: int) -> Iterator[Token]:
    """What stands in the list item that begins there; hidden blocks inside it have other levels."""
    depth = 0
    for place in range(index, len(tokens)):
        depth += tokens[place].nesting if tokens[place].type in _ITEM else 0
        if not depth:
            return
        yield tokens[place]


def _text(token: Token) -> str:
    """A paragraph's text without markup, each line that was written a line."""
    lines = groupby(token.children or (), lambda child: child.type in _BREAKS)
    return "\n".join(
        plain(children).replace("\n", " ") for is_break, children in lines if not is_break
    )
