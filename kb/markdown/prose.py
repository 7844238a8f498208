"""The paragraphs and steps of an article with their lines (part of the door of markdown-it-py)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from kb.domain import for_staff
from kb.markdown.hiding import INTERNAL_CLOSE, INTERNAL_OPEN
from kb.markdown.nodes import plain, tree
from kb.markdown.outline import outline
from kb.markdown.tokens import parsed

_BREAKS: Final = frozenset({"softbreak", "hardbreak"})
_ITEM: Final = frozenset({"list_item_open", "list_item_close"})
_REACHING: Final = re.compile(r"(?:mailto|tel|sms):", re.IGNORECASE)
"""Begins a link that writes to somebody or calls."""
_ELSEWHERE: Final = re.compile(r"(?:https?|data):[^\s\"'<>]+", re.IGNORECASE)
_CONTENTS: Final = frozenset({"inline", "fence", "code_block", "html_block"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or cell as plain text, its line ends as they are written."""

    text: str
    line: int
    """Of the body, from 0."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a resolution with its branches."""

    number: int
    """Counted from 1, those for staff alone by themselves."""
    internal: bool
    """Whether all of it is for staff."""
    text: str
    """Its paragraphs, a line end between them."""
    notes: str
    """Likewise those of the ``internal`` containers inside it."""
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
    markup: tuple[Paragraph, ...]
    """Raw HTML but for addresses on the web, and where links lead that write or call."""
    lines: Mapping[str, int]
    """The line of the body, from 0, of each heading and step, by anchor."""


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
    lines = {anchor: _line(tokens[index]) for index, anchor in anchors.items()}
    return Prose(tuple(_paragraphs(tokens)), tuple(steps), tuple(_markup(tokens)), lines)


def _line(token: Token, otherwise: int = 0) -> int:
    return token.map[0] if token.map else otherwise


def _paragraphs(tokens: Iterable[Token]) -> Iterator[Paragraph]:
    line = 0
    for token in tokens:
        line = _line(token, line)
        if token.type == "inline":
            yield Paragraph(_text(token), line)


def _markup(tokens: Iterable[Token]) -> Iterator[Paragraph]:
    line = 0
    for token in tokens:
        line = here = _line(token, line)
        if token.type == "html_block":
            yield Paragraph(_ELSEWHERE.sub("", token.content), line)
        for child in token.children or ():
            here += child.type in _BREAKS
            if child.type == "html_inline":
                yield Paragraph(_ELSEWHERE.sub("", child.content), here)
            elif child.type == "link_open" and _REACHING.match(href := str(child.attrs["href"])):
                yield Paragraph(unquote(_REACHING.sub("", href, count=1)), here)


def _step(anchor: str, tokens: Sequence[Token], index: int) -> Step:
    inside = list(_inside(tokens, index))
    notes = list(_internal(inside))
    hidden = set(map(id, notes))
    return Step(
        number=int(anchor.rpartition("-")[2]),
        internal=for_staff(anchor),
        text=_texts(token for token in inside if id(token) not in hidden),
        notes=_texts(notes),
        line=_line(tokens[index]),
        empty=not any(token.content.strip() for token in inside if token.type in _CONTENTS),
    )


def _internal(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens inside ``internal`` containers."""
    depth = 0
    for token in tokens:
        depth += (token.type == INTERNAL_OPEN) - (token.type == INTERNAL_CLOSE)
        if depth:
            yield token


def _texts(tokens: Iterable[Token]) -> str:
    return "\n".join(_text(token) for token in tokens if token.type == "inline").strip()


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
