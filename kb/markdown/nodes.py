"""Tokens -> nodes (part of the door of markdown-it-py)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from kb import safe_html
from kb.folding import HAN
from kb.markdown.hiding import INTERNAL_OPEN
from kb.markdown.tree import Node, NodeKind

_KINDS: Final = {
    "paragraph_open": NodeKind.TEXT,
    "td_open": NodeKind.TEXT,
    "th_open": NodeKind.TEXT,
    "heading_open": NodeKind.HEADING,
    "tr_open": NodeKind.ROW,
    "table_open": NodeKind.TABLE,
    "bullet_list_open": NodeKind.BULLETS,
    "ordered_list_open": NodeKind.NUMBERS,
    "list_item_open": NodeKind.ITEM,
    INTERNAL_OPEN: NodeKind.INTERNAL,
}
_LEAVES: Final = {NodeKind.TEXT: "", NodeKind.HEADING: "", NodeKind.ROW: " | "}
"""Nodes whose parts are one text, and what stands between the parts."""
_SOFT_BREAK: Final = "\r"
_BETWEEN_HAN: Final = re.compile(f"(?<=[{HAN}，。、；：！？]){_SOFT_BREAK}(?=[{HAN}])")
_SCRIPT: Final = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE)
_LINE_BREAK: Final = re.compile(r"<br\b", re.IGNORECASE)


def tree(tokens: Sequence[Token]) -> tuple[Node, ...]:
    """The tree of a token list; rules and other things without text leave nothing."""
    open_: list[tuple[int, list[Node]]] = [(-1, [])]
    for index, token in enumerate(tokens):
        if token.nesting > 0:
            open_.append((index, []))
        elif token.nesting < 0:
            opening, nodes = open_.pop()
            open_[-1][1].append(_branch(tokens[opening], opening, nodes))
        else:
            open_[-1][1].extend(_leaf(token, index))
    return tuple(open_[0][1])


def _branch(token: Token, index: int, nodes: list[Node]) -> Node:
    kind = _KINDS.get(token.type, NodeKind.GROUP)
    if kind in _LEAVES:
        text = _LEAVES[kind].join(node.text for node in nodes)
        level = int(token.tag[1]) if kind is NodeKind.HEADING else 0
        return Node(kind, index, text, level)
    return Node(kind, index, number=int(token.attrs.get("start", 1)), nodes=tuple(nodes))


def _leaf(token: Token, index: int) -> Iterator[Node]:
    match token.type:
        case "inline":
            yield Node(NodeKind.TEXT, index, plain(token.children or []))
        case "fence" | "code_block":
            yield Node(NodeKind.CODE, index, token.content.rstrip("\n"))
        case "html_block":
            yield Node(NodeKind.TEXT, index, safe_html.text(token.content))
        case _:
            pass


def plain(tokens: Iterable[Token]) -> str:
    """Inline text without markup; a line end is a blank, between Chinese characters nothing."""
    text = _BETWEEN_HAN.sub("", "".join(_words(tokens)))
    return text.replace(_SOFT_BREAK, " ").strip()


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    script = False
    for token in tokens:
        match token.type:
            case "html_inline":
                tag = _SCRIPT.match(token.content)
                script = not tag[1] if tag else script
                yield "\n" if _LINE_BREAK.match(token.content) else ""
            case "softbreak":
                yield _SOFT_BREAK
            case "hardbreak":
                yield "\n"
            case "image":
                yield from _words(token.children or [])
            case _ if not script:
                yield token.content
