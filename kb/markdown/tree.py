"""The shape of a Markdown text as nested nodes, free of any library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class NodeKind(StrEnum):
    """What a node is; leaves have text, the others have nodes inside."""

    HEADING = "heading"
    TEXT = "text"
    CODE = "code"
    TABLE = "table"
    ROW = "row"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    ITEM = "item"
    GROUP = "group"
    """A quote, an alert, or anything else that only wraps."""
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a Markdown text with inline markup removed."""

    kind: NodeKind
    token: int
    """Number of its opening token: ties a heading or item to its place in the HTML."""
    text: str = ""
    number: int = 0
    """Level of a heading, first number of a numbered list."""
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Lines of text and whether they stand inside an ``internal`` container."""

    text: str
    internal: bool


def shown(nodes: Iterable[Node], *, internal: bool = False) -> list[Shown]:
    """The texts of nodes in reading order; nested items keep their markers, rows their bars."""
    return [line for node in nodes for line in _shown(node, internal=internal)]


def _shown(node: Node, *, internal: bool) -> Iterator[Shown]:
    internal = internal or node.kind is NodeKind.INTERNAL
    if node.kind in {NodeKind.BULLETS, NodeKind.NUMBERS}:
        for index, item in enumerate(node.nodes):
            marker = f"{node.number + index}. " if node.kind is NodeKind.NUMBERS else "- "
            yield from _marked(shown(item.nodes, internal=internal), marker)
    elif node.text:
        yield Shown(node.text, internal)
    yield from shown(
        () if node.kind in {NodeKind.BULLETS, NodeKind.NUMBERS} else node.nodes, internal=internal
    )


def _marked(lines: list[Shown], marker: str) -> Iterator[Shown]:
    """Nested item: the marker before the first line of each audience, the rest indented."""
    begun: set[bool] = set()
    for line in lines:
        first = "  " if line.internal in begun else marker
        begun.add(line.internal)
        yield Shown(first + line.text.replace("\n", "\n  "), line.internal)
