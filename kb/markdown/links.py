"""The links of an article's Markdown (part of the door of markdown-it-py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.markdown.tokens import parsed


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads."""

    target: str
    """Percent-encoded, as it stands in the page's HTML but for a suffix ``.md``."""
    line: int
    """Of the body, from 0."""
    internal: bool = False
    """Whether it stands in an ``internal`` container."""


def links(body: str) -> Iterator[Link]:
    """Every link, in order; pictures and raw HTML are left out.

    Raises:
        BadMarkdown: as :func:`kb.markdown.article`, which refuses such a text first.
    """
    line, read = 0, parsed(body)
    for token in read.tokens:
        line = here = token.map[0] if token.map else line
        for child in token.children or ():
            here += child.type in {"softbreak", "hardbreak"}
            if child.type == "link_open":
                yield Link(str(child.attrs["href"]), here, bool(read.hidden[here]))
