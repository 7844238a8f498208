"""Nodes -> sections with blocks, and the anchors that the HTML must carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kb.domain import Audience, Block, BlockKind, Section, SectionKind
from kb.frontmatter import shortened
from kb.markdown import headings
from kb.markdown.headings import Anchors
from kb.markdown.tree import Node, NodeKind, Shown, shown

_HEADING_LENGTH: Final = 200
"""Characters of a heading that enter the path: more is a paragraph in disguise, kept as a block."""
_LISTS: Final = {NodeKind.BULLETS, NodeKind.NUMBERS}


@dataclass(frozen=True, slots=True)
class Outline:
    """What an article consists of."""

    sections: tuple[Section, ...]
    anchors: Mapping[int, str]
    """Anchor of each heading and step but the title's, by the number of its opening token."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A heading above the place being read."""

    number: int
    text: str
    kind: SectionKind


@dataclass(slots=True)
class _Open:
    """A section being filled."""

    kind: SectionKind
    heading: tuple[str, ...]
    anchor: str
    audience: Audience
    blocks: list[Block] = field(default_factory=list)


def first_heading(nodes: Iterable[Node]) -> str:
    """The text of the first heading that everyone may see, shortened if huge, or an empty text."""
    return next((named(node.text) for node in nodes if node.kind is NodeKind.HEADING), "")


def titling(nodes: Iterable[Node], title: str) -> Node | None:
    """The first heading that everyone may see, if it says the title and no more."""
    first = next((node for node in nodes if node.kind is NodeKind.HEADING), None)
    return first if first and _same(first.text, title) else None


def outline(nodes: Sequence[Node], title: str) -> Outline:
    """Put every text below its path of headings; a preamble without text is left out.

    What follows the heading that is the title is a preamble too. A heading inside an ``internal``
    container reaches to the container's end; what follows continues the section before it.
    """
    writer = _Writer(title, titling(nodes, title))
    writer.read(nodes, Audience.PUBLIC)
    sections = (
        Section(each.kind, each.heading, each.anchor, tuple(each.blocks))
        for each in writer.sections
        if each.blocks or (each.anchor and each.audience is Audience.PUBLIC)
    )
    return Outline(tuple(sections), writer.anchors)


class _Writer:
    """Reads nodes in order and keeps the open section and the headings above it."""

    def __init__(self, title: str, titling: Node | None) -> None:
        self.sections = [_Open(SectionKind.OTHER, (title,), "", Audience.PUBLIC)]
        self.anchors: dict[int, str] = {}
        self._title, self._titling = title, titling
        self._names = {audience: Anchors(audience) for audience in Audience}
        self._above: tuple[_Level, ...] = ()
        self._here = self.sections[0]

    def read(self, nodes: Iterable[Node], audience: Audience) -> None:
        for node in nodes:
            match node.kind:
                case NodeKind.HEADING:
                    self._heading(node, audience)
                case NodeKind.INTERNAL:
                    here, above = self._here, self._above
                    self.read(node.nodes, Audience.INTERNAL)
                    self._here, self._above = here, above
                case NodeKind.NUMBERS if self._here.kind is SectionKind.RESOLUTION:
                    for item in node.nodes:
                        self._step(item, audience)
                case _:
                    self._here.blocks += _blocks(node, audience)

    def _heading(self, node: Node, audience: Audience) -> None:
        above = tuple(level for level in self._above if level.number < node.number)
        inherited = above[-1].kind if above else SectionKind.OTHER
        text = named(node.text)
        kind = headings.kind(text) or inherited
        anchor = self._names[audience].heading(text)
        if node is self._titling:
            self._above, anchor = (), ""
        else:
            self._above = (*above, _Level(node.number, text, kind))
            self.anchors[node.token] = anchor
        path = (self._title, *(level.text for level in self._above if level.text))
        self._here = _Open(kind, path, anchor, audience)
        self.sections.append(self._here)
        if text != node.text:
            self._here.blocks.append(Block(BlockKind.TEXT, node.text, audience))

    def _step(self, item: Node, audience: Audience) -> None:
        blocks = list(_split(BlockKind.STEP, shown(item.nodes), audience))
        hidden = bool(blocks) and all(each.audience is Audience.INTERNAL for each in blocks)
        anchor = self._names[Audience.INTERNAL if hidden else audience].step()
        self.anchors[item.token] = anchor
        self._here.blocks += [replace(block, anchor=anchor) for block in blocks]


def _blocks(node: Node, audience: Audience) -> Iterator[Block]:
    """The blocks of a node that is no section of its own; headings inside quotes are text."""
    if node.kind in _LISTS:
        for item in node.nodes:
            yield from _split(BlockKind.ITEM, shown(item.nodes), audience)
    elif node.kind is NodeKind.TABLE:
        yield from _rows(node, audience)
    elif node.kind is NodeKind.CODE and node.text.strip():
        yield Block(BlockKind.CODE, node.text, audience)
    elif node.text.strip():
        yield Block(BlockKind.TEXT, node.text, audience)
    else:
        inner = Audience.INTERNAL if node.kind is NodeKind.INTERNAL else audience
        for child in node.nodes:
            yield from _blocks(child, inner)


def _rows(table: Node, audience: Audience) -> Iterator[Block]:
    header, *rows = [line.text for line in shown(table.nodes)] or [""]
    if not rows and header:
        yield Block(BlockKind.TEXT, header, audience)
    for row in rows:
        yield Block(BlockKind.ROW, row, audience, header=header)


def _split(kind: BlockKind, lines: list[Shown], audience: Audience) -> Iterator[Block]:
    """One block for what all of the audience may see, one for what stands inside containers."""
    for internal in (False, True):
        text = "\n".join(line.text for line in lines if line.internal is internal)
        if text.strip():
            yield Block(kind, text, Audience.INTERNAL if internal else audience)


def named(text: str) -> str:
    """A heading or title as it stands in paths: at most 200 characters."""
    return shortened(text, _HEADING_LENGTH)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
