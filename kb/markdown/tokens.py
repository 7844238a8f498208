"""Markdown text -> tokens, hidden blocks paired (part of the door of markdown-it-py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kb import safe_html
from kb.flaws import Flaw, FlawKind
from kb.markdown import containers
from kb.markdown.hiding import (
    COLONS,
    FENCE,
    INTERNAL_CLOSE,
    INTERNAL_OPEN,
    UNSURE,
    BadMarkdown,
    hidden_lines,
    paired,
    refuse_slips,
)

_MAX_LEVEL: Final = 40
"""Levels of quotes and lists (a list counts two): far beyond any article, far within the stack."""
_MAX_BLOCKS: Final = 100_000
"""Paragraphs, items and headings of one article."""
_MAX_SIGNS: Final = (
    dict.fromkeys("|[", 300_000) | {"\n": 500_000} | dict.fromkeys('*_`~&<>"', 1_000_000)
)
"""How often a sign may occur in one article. All limits are far above what 10 MB hold that a person
wrote, and keep a hostile file to seconds and to a few hundred MB of memory."""
_SPLIT: Final = "split the file into several articles"
_MAX_OPENED: Final = 500
"""Tags of raw HTML that may stay open: a parser's time grows with the depth of their nesting."""
_PIECE: Final = re.compile(r".{1,20000}(?:[\n ]|\Z)|.{1,20000}", re.DOTALL)
"""What is searched for inline markup together, cut at a blank: each opening sign looks for its end
in all that follows, which in a paragraph of megabytes would take hours."""
_ALERT: Final = re.compile(r"\[!(\w+)[^\]\n]*\][ \t]*\n?")
_ALERTS: Final = frozenset({"note", "tip", "important", "warning", "caution"})
_WRAPPERS: Final = _ALERTS | {"div"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tokens of a text; inside hidden blocks they stand between ``internal_*`` tokens."""

    tokens: list[Token]
    hidden: bytearray
    """For each line of the text 1 if it belongs to a hidden block, else 0."""
    environment: dict[str, Any]


def parsed(body: str) -> Parsed:
    """Parse a text; other people's containers vanish, what they wrap stays.

    Raises:
        BadMarkdown: a line is nearly the beginning of a hidden block, lists and quotes are nested
            beyond 40 levels, or there are too many parts or unclosed HTML tags to read safely.
    """
    for sign, most in _MAX_SIGNS.items():
        if body.count(sign) > most:
            reason = f"more than {most} times {sign!r}: {_SPLIT}"
            raise BadMarkdown(0, reason, Flaw(FlawKind.TOO_MUCH))
    environment: dict[str, Any] = {"blocks": 0}
    tokens = MARKDOWN.parse(body, environment)
    return Parsed(tokens, environment["hidden"], environment)


def _limits(state: StateBlock, line: int, _end: int, _silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    state.env["blocks"] += 1
    if state.env["blocks"] > _MAX_BLOCKS:
        reason = f"more than {_MAX_BLOCKS} paragraphs and items: {_SPLIT}"
        raise BadMarkdown(line, reason, Flaw(FlawKind.TOO_MUCH))
    if state.level > _MAX_LEVEL:
        reason = f"lists or quotes nested deeper than {_MAX_LEVEL} levels"
        raise BadMarkdown(line, reason, Flaw(FlawKind.TOO_DEEP, {"most": str(_MAX_LEVEL)}))
    return False


def _colons(state: StateBlock, line: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if not state.src.startswith(":::", start, end) or state.is_code_block(line):
        return False
    try:
        fence = containers.fence(state.src[start:end])
    except ValueError as error:
        raise BadMarkdown(line, str(error), UNSURE) from error
    if silent:
        return True
    token = state.push(COLONS, "", 0)
    token.map, token.meta = [line, line + 1], {FENCE: fence}
    if fence.rest:
        state.push("paragraph_open", "p", 1).map = token.map
        state.push("inline", "", 0).content = fence.rest
        state.push("paragraph_close", "p", -1)
    state.line = line + 1
    return True


def _paired(state: StateCore) -> None:
    refuse_slips(state.tokens)
    lines = state.src.count("\n") + 1
    state.tokens = paired(state.tokens, lines)
    state.env["hidden"] = hidden_lines(state.tokens, lines)


def _alerts(state: StateCore) -> None:
    """Turn quotes that begin with ``[!NOTE]`` into asides and drop the mark."""
    names: list[str] = []
    for index, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            names.append(_alert(state.tokens[index + 1 : index + 3]))
            if names[-1]:
                token.tag, token.attrs = "aside", {"class": names[-1]}
        elif token.type == "blockquote_close" and names.pop():
            token.tag = "aside"


def _alert(following: Sequence[Token]) -> str:
    if len(following) < 2 or following[1].type != "inline":  # noqa: PLR2004 - paragraph and text
        return ""
    mark = _ALERT.match(following[1].content)
    name = mark[1].casefold() if mark else ""
    if mark and name in _WRAPPERS:
        following[1].content = following[1].content[mark.end() :]
    return name if name in _ALERTS else ""


def _inline(state: StateCore) -> None:
    """Read inline markup; what is public does not see link targets defined in hidden blocks."""
    references = state.env.get("references", {})
    hidden = state.env["hidden"]
    shown = {
        name: reference for name, reference in references.items() if not hidden[reference["map"][0]]
    }
    depth = 0
    for token in state.tokens:
        depth += (token.type == INTERNAL_OPEN) - (token.type == INTERNAL_CLOSE)
        if token.type == "inline":
            token.children = []
            environment = {"references": references if depth else shown}
            for piece in _pieces(token.content):
                children: list[Token] = []
                state.md.inline.parse(piece, state.md, environment, children)
                token.children += children


def _tame(state: StateCore) -> None:
    """Make raw HTML safe to parse, and refuse what would nest without end."""
    opened = 0
    for token in state.tokens:
        for part in (token, *(token.children or ())):
            if part.type in {"html_block", "html_inline"}:
                part.content = safe_html.tamed(part.content)
                opened = max(0, opened + safe_html.opened(part.content))
        if opened > _MAX_OPENED:
            reason = f"more than {_MAX_OPENED} HTML tags are open at once: close them"
            flaw = Flaw(FlawKind.OPEN_TAGS, {"most": str(_MAX_OPENED)})
            raise BadMarkdown(token.map[0] if token.map else 0, reason, flaw)


def _pieces(content: str) -> Iterator[str]:
    return (match[0] for match in _PIECE.finditer(content))


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_LEVEL + 4})
    markdown.enable(["table", "strikethrough"])
    markdown.block.ruler.before("table", "limits", _limits)
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("fence", COLONS, _colons, {"alt": interrupts})
    markdown.core.ruler.after("block", "alerts", _alerts)
    markdown.core.ruler.after("block", "paired", _paired)
    markdown.core.ruler.at("inline", _inline)
    markdown.core.ruler.after("inline", "tame", _tame)
    return markdown


MARKDOWN: Final = _parser()
"""The parser: it keeps nothing of a text, so threads may share it."""
