"""Links between articles that lead nowhere, or where their readers may not go."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from ingest.batches import names
from ingest.components import Sourced
from ingest.lint.readers import Readers, readers
from kb import frontmatter, markdown
from kb.domain import Article
from kb.findings import Finding, warning
from kb.flaws import Flaw, FlawKind
from kb.markdown.links import Link, links
from kb.suggestion import guesser, hint

_PAGES = "/articles/"
_SUFFIX = re.compile(r"\.(?:md|markdown)\Z", re.IGNORECASE)
_TEXT_FRAGMENT = ":~:"
"""Begins an anchor that browsers look up in the text, not among headings."""


@dataclass(frozen=True, slots=True)
class _Target:
    article: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Where a link may lead."""

    articles: Mapping[str, Article]
    """By id and by alias."""
    anchors: Callable[[str], frozenset[str]]
    guessed: Callable[[str, Collection[str]], str]


def dead_links(read: Sequence[Sourced], unread: Collection[str]) -> Iterator[Finding]:
    """Links to what is not there, or is hidden from their readers, by article and line.

    ``unread`` are the paths of files that are no articles for now: links to them may be right.
    Addresses count as readers meet them: from ``/articles/zh/a``, ``b.md`` leads to
    ``/articles/zh/b``. What leads to other sites and pages is not looked at.
    """
    known = _known(read)
    spared = {_SUFFIX.sub("", path) for path in unread}
    for each in read:
        first_line = frontmatter.split(each.source).body_line
        for link in links(each.article.body):
            target = _target(link.target, each.article)
            if target is not None and target.article not in spared:
                for message, flaw in _wrong(each.article, link, target, known):
                    line = first_line + link.line
                    yield warning(each.article.path, message, flaw, line=line)


def _known(read: Sequence[Sourced]) -> _Known:
    articles = {
        str(name): each.article
        for each in read
        for name in names(each.article.id, each.article.aliases)
    }

    @cache
    def anchors(id_: str) -> frozenset[str]:
        return markdown.anchors(articles[id_].body, articles[id_].title)

    return _Known(articles, anchors, guesser())


def _target(href: str, article: Article) -> _Target | None:
    """What a link means within the service's articles; ``None`` for what leads elsewhere."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    path, anchor = unquote(parts.path), unquote(parts.fragment)
    if parts.scheme or parts.netloc or (path.startswith("/") and not path.startswith(_PAGES)):
        return None
    if not path:
        return _Target(article.id, anchor)
    page = posixpath.normpath(posixpath.join(posixpath.dirname(_PAGES + article.id), path))
    id_ = _SUFFIX.sub("", page.removeprefix(_PAGES))
    return _Target(unicodedata.normalize("NFC", id_), anchor)


def _wrong(
    source: Article, link: Link, target: _Target, known: _Known
) -> Iterator[tuple[str, Flaw]]:
    written = unquote(link.target)
    article = known.articles.get(target.article)
    if article is None:
        meant = known.guessed(target.article, known.articles)
        message = f"the link {written!r} leads to no article{hint(meant)}"
        yield message, Flaw(FlawKind.DEAD_LINK, {"found": written, "meant": meant})
        return
    if target.anchor and not target.anchor.startswith(_TEXT_FRAGMENT):
        there = known.anchors(target.article)
        if target.anchor not in there:
            meant = known.guessed(target.anchor, there)
            message = f"the link {written!r} leads to no heading of {article.path}{hint(meant)}"
            yield message, Flaw(FlawKind.DEAD_ANCHOR, {"found": written, "meant": meant})
    here = min(readers(source), Readers.STAFF if link.internal else Readers.EVERYONE)
    if readers(article, target.anchor) < here:
        message = f"readers of the link {written!r} may not see where it leads: take it out"
        yield message, Flaw(FlawKind.HIDDEN_LINK, {"found": written})
