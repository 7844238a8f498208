"""Links between articles that lead nowhere."""

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
from kb import frontmatter, markdown
from kb.domain import Article
from kb.findings import Finding, Severity
from kb.flaws import Flaw, FlawKind
from kb.markdown.links import links
from kb.suggestion import near

_PAGES = "/articles/"
_SUFFIX = re.compile(r"\.(?:md|markdown)\Z", re.IGNORECASE)
_TEXT_FRAGMENT = ":~:"
"""Begins an anchor that browsers look up in the text, not among headings."""


@dataclass(frozen=True, slots=True)
class _Target:
    article: str
    anchor: str


def dead_links(read: Sequence[Sourced], unread: Collection[str]) -> Iterator[Finding]:
    """Links to an article or a heading that is not there, by article and line.

    ``unread`` are the paths of files that are no articles for now: links to them may be right.
    Addresses count as readers meet them: from ``/articles/zh/a``, ``b.md`` leads to
    ``/articles/zh/b``. What leads to other sites and pages is not looked at.
    """
    known = {
        str(name): each.article
        for each in read
        for name in names(each.article.id, each.article.aliases)
    }
    spared = {_SUFFIX.sub("", path) for path in unread}

    @cache
    def anchors(id_: str) -> frozenset[str]:
        return markdown.anchors(known[id_].body, known[id_].title)

    for each in read:
        first_line = frontmatter.split(each.source).body_line
        for link in links(each.article.body):
            target = _target(link.target, each.article)
            if target is not None and target.article not in spared:
                for message, flaw in _wrong(unquote(link.target), target, known, anchors):
                    line = first_line + link.line
                    yield Finding(each.article.path, line, Severity.WARNING, message, flaw)


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
    written: str,
    target: _Target,
    known: Mapping[str, Article],
    anchors: Callable[[str], frozenset[str]],
) -> Iterator[tuple[str, Flaw]]:
    article = known.get(target.article)
    if article is None:
        meant = near(target.article, known) or ""
        yield _said(f"the link {written!r} leads to no article", FlawKind.DEAD_LINK, written, meant)
    elif target.anchor and not target.anchor.startswith(_TEXT_FRAGMENT):
        there = anchors(target.article)
        if target.anchor not in there:
            meant = near(target.anchor, there) or ""
            message = f"the link {written!r} leads to no heading of {article.path}"
            yield _said(message, FlawKind.DEAD_ANCHOR, written, meant)


def _said(message: str, kind: FlawKind, written: str, meant: str) -> tuple[str, Flaw]:
    hint = f": did you mean {meant!r}?" if meant else ""
    return f"{message}{hint}", Flaw(kind, {"found": written, "meant": meant})
