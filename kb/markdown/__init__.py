"""Markdown -> articles, safe HTML and the source that a reader may see (door of markdown-it-py)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from markdown_it.token import Token

from kb import frontmatter, safe_html
from kb.domain import Article, Audience, Language, SolutionId, article_id
from kb.errors import BadArticle
from kb.folding import HAN, language
from kb.markdown.comments import without_comments
from kb.markdown.hiding import INTERNAL_CLOSE, INTERNAL_OPEN, BadMarkdown
from kb.markdown.outline import first_heading, named, outline, titling
from kb.markdown.tokens import MARKDOWN, Parsed, parsed
from kb.markdown.tree import Node, NodeKind

_LANGUAGE_SAMPLE: Final = 20_000
"""Characters that are enough to tell a text's language."""
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
_EMPTIED: Final = frozenset({"li", "ol", "ul", "blockquote"})
_SOFT_BREAK: Final = "\r"
_BETWEEN_HAN: Final = re.compile(f"(?<=[{HAN}，。、；：！？]){_SOFT_BREAK}(?=[{HAN}])")
_PICTURE: Final = re.compile("https://", re.IGNORECASE)
"""The beginning of a picture's address that browsers may follow; no route serves any other."""
_SCRIPT: Final = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE)
_LINE_BREAK: Final = re.compile(r"<br\b", re.IGNORECASE)


def article(text: str, *, path: str) -> Article:
    """Read a file's text; ``path`` is below the articles root, with ``/``.

    A first folder ``zh`` or ``en`` is the language, else the text tells it. Title: front matter,
    first heading that everyone may see, name of the file.

    Raises:
        BadArticle: as :func:`kb.frontmatter.read`; a line that was meant to hide but does not;
            nesting beyond 40 levels.
    """
    head = frontmatter.split(text)
    front = frontmatter.read(head, path)
    nodes = _nodes(_parsed(head.body, path, head.body_line).tokens)
    pure = PurePosixPath(unicodedata.normalize("NFC", path))
    title = named(front.title or first_heading(nodes) or pure.stem)
    lang = _folder_language(pure) or language(f"{title}\n{head.body[:_LANGUAGE_SAMPLE]}")
    solution = SolutionId(front.id) if front.id else _solution(pure)
    return Article(
        id=article_id(lang, solution),
        solution=solution,
        lang=lang,
        path=path,
        title=title,
        summary=front.summary,
        body=head.body,
        sections=outline(nodes, title).sections,
        topic=front.topic,
        environment=replace(front.environment, products=front.products),
        symptoms=front.symptoms,
        error_codes=front.error_codes,
        audience=front.audience,
        confidence=front.confidence,
        boundary=front.boundary,
        owner=front.owner,
        verified=front.verified,
        aliases=tuple(map(SolutionId, front.aliases)),
        related=tuple(map(SolutionId, front.related)),
    )


def html(body: str, title: str, *, audiences: frozenset[Audience]) -> str:
    """An article's body as safe HTML with the anchors of its sections and steps as ids.

    Its first heading is left out if it is the title: that stands above the body. What stands in
    ``internal`` containers is an ``<aside class="internal">`` for those who may see it, and absent
    for others.
    """
    text = _parsed(body)
    nodes = _nodes(text.tokens)
    for index, anchor in outline(nodes, title).anchors.items():
        text.tokens[index].attrSet("id", safe_html.ID_MARK + anchor)
    tokens = _untitled(text.tokens, titling(nodes, title))
    tokens = tokens if Audience.INTERNAL in audiences else _public(tokens)
    for token in tokens:
        token.children = [_illustrated(child) for child in token.children or ()]
        if style := token.attrs.pop("style", None):
            token.attrSet("align", str(style).removeprefix("text-align:"))
    rendered = MARKDOWN.renderer.render(tokens, MARKDOWN.options, text.environment)
    return safe_html.clean(str(rendered))


def anchors(body: str, title: str) -> frozenset[str]:
    """The ids of an article's headings and steps in its HTML, internal ones too."""
    return frozenset(outline(_nodes(_parsed(body).tokens), title).anchors.values())


def visible(body: str, audiences: frozenset[Audience]) -> str:
    """An article's Markdown without what these audiences may not see; a blank line is left.

    HTML comments, which no page shows, are for those alone who may see internal text.
    """
    if Audience.INTERNAL in audiences:
        return body
    read = _parsed(body)
    hidden, lines = read.hidden, without_comments(body.split("\n"), read.tokens)
    kept = (
        "" if hidden[index] else line
        for index, line in enumerate(lines)
        if not (hidden[index] and index and hidden[index - 1])
    )
    return "\n".join(kept)


def titled(body: str, title: str) -> bool:
    """Whether the first heading of a body says its title already."""
    return titling(_nodes(_parsed(body).tokens), title) is not None


def _parsed(body: str, path: str = "article", first_line: int = 1) -> Parsed:
    try:
        return parsed(body)
    except BadMarkdown as error:
        line = first_line + error.line
        raise BadArticle(path, error.reason, line=line, flaw=error.flaw) from error


def _folder_language(path: PurePosixPath) -> Language | None:
    first = path.parts[0] if len(path.parts) > 1 else ""
    return Language(first) if first in set(Language) else None


def _solution(path: PurePosixPath) -> SolutionId:
    parts = path.with_suffix("").parts
    return SolutionId("/".join(parts[1:] if _folder_language(path) else parts))


def _nodes(tokens: Sequence[Token]) -> tuple[Node, ...]:
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
            yield Node(NodeKind.TEXT, index, _plain(token.children or []))
        case "fence" | "code_block":
            yield Node(NodeKind.CODE, index, token.content.rstrip("\n"))
        case "html_block":
            yield Node(NodeKind.TEXT, index, safe_html.text(token.content))
        case _:
            pass


def _plain(tokens: Iterable[Token]) -> str:
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


def _untitled(tokens: Sequence[Token], heading: Node | None) -> list[Token]:
    """The tokens without those of a heading: its opening, its text, its end."""
    start = heading.token if heading else len(tokens)
    return [*tokens[:start], *tokens[start + 3 :]]


def _illustrated(token: Token) -> Token:
    """The token itself, or the words that stand for a picture which this service cannot show."""
    if token.type != "image" or _PICTURE.match(str(token.attrs["src"])):
        return token
    return Token("text", "", 0, content=_plain(token.children or []))


def _public(tokens: Iterable[Token]) -> list[Token]:
    """The tokens outside hidden blocks, without the lists and quotes that nothing is left of."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.type == INTERNAL_OPEN
        if not depth and token.tag in _EMPTIED and token.nesting < 0 < kept[-1].nesting:
            kept.pop()
        elif not depth:
            kept.append(token)
        depth -= token.type == INTERNAL_CLOSE
    return kept
