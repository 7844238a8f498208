"""Markdown without HTML comments: what writers note for writers (door of markdown-it-py)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_REFERENCE: Final = re.compile(r" {0,3}\[(?://|comment|_metadata_)[^\]]*\]:.*", re.IGNORECASE)
"""The other usual comment: a link reference that no link uses."""


_CODE: Final = frozenset({"fence", "code_block"})


def without_comments(lines: Sequence[str], tokens: Sequence[Token]) -> list[str]:
    """The lines without comments, as many as before; code keeps what looks like one."""
    code = {n for token in tokens if token.type in _CODE and token.map for n in range(*token.map)}
    kept = [
        line if number in code or not _REFERENCE.fullmatch(line) else ""
        for number, line in enumerate(lines)
    ]
    for token in tokens:
        if token.map is None or not _has_comment(token):
            continue
        start, end = token.map
        kept[start:end] = _without("\n".join(kept[start:end]), token).split("\n")
    return kept


def _has_comment(token: Token) -> bool:
    if token.type == "html_block":
        return "<!--" in token.content
    return any(_is_comment(child) for child in token.children or ())


def _is_comment(token: Token) -> bool:
    return token.type == "html_inline" and token.content.startswith("<!--")


def _without(text: str, token: Token) -> str:
    comments = [child.content for child in token.children or () if _is_comment(child)]
    if all(comment in text for comment in comments) and comments:
        for comment in comments:
            text = text.replace(comment, "\n" * comment.count("\n"), 1)
        return text
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
