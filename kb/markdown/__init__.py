"""Markdown -> articles, safe HTML and the source that a reader may see (door of markdown-it-py)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from markdown_it.token import Token

from kb import frontmatter, safe_html
from kb.domain import Article, Audience, Language, SolutionId, article_id
from kb.errors import BadArticle
from kb.folding import language
from kb.markdown.comments import without_comments
from kb.markdown.hiding import INTERNAL_CLOSE, INTERNAL_OPEN, BadMarkdown
from kb.markdown.nodes import plain, tree
from kb.markdown.outline import first_heading, named, outline, titling
from kb.markdown.tokens import MARKDOWN, Parsed, parsed
from kb.markdown.tree import Node

_LANGUAGE_SAMPLE: Final = 20_000
"""Characters that are enough to tell a text's language."""
_EMPTIED: Final = frozenset({"li", "ol", "ul", "blockquote"})
_PICTURE: Final = re.compile("https://", re.IGNORECASE)
"""The beginning of a picture's address that browsers may follow; no route serves any other."""


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
    nodes = tree(_parsed(head.body, path, head.body_line).tokens)
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
    nodes = tree(text.tokens)
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
    return frozenset(outline(tree(_parsed(body).tokens), title).anchors.values())


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
    return titling(tree(_parsed(body).tokens), title) is not None


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


def _untitled(tokens: Sequence[Token], heading: Node | None) -> list[Token]:
    """The tokens without those of a heading: its opening, its text, its end."""
    start = heading.token if heading else len(tokens)
    return [*tokens[:start], *tokens[start + 3 :]]


def _illustrated(token: Token) -> Token:
    """The token itself, or the words that stand for a picture which this service cannot show."""
    if token.type != "image" or _PICTURE.match(str(token.attrs["src"])):
        return token
    return Token("text", "", 0, content=plain(token.children or []))


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
