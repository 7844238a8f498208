"""An article's safe HTML, made fit for the page that it stands on."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup

from kb import markdown
from kb.domain import Article, Visibility

# No text holds a bare "<", no attribute a bare quote: what looks like a tag here is one.
_STEP = re.compile(r'(<li id="step-([0-9]+)"[^<>]*>)')
_INTERNAL = '<aside class="internal">'
_ID = re.compile(r'(<[a-z][a-z0-9]*\b[^<>]*?) id="[^"]*"')
_ARTICLES = "/articles/"
_OURS = re.compile(r"(?!#|[a-z][a-z0-9+.-]*:|[/\\]{2})[^\x00-\x20]+", re.IGNORECASE)
"""An address on this site, and no place on the same page; parsers trip over control characters."""
_LINK = re.compile(r'(<a\b[^<>]*? href=")([^"]*)"')


def shown(article: Article, visible: Visibility) -> Markup:
    """The body of an article, as far as it may be seen."""
    # Safe by the contract of kb.markdown: it lets no markup through but its own.
    return Markup(markdown.html(article.body, article.title, audiences=visible.audiences))  # noqa: S704


def tickable(body: Markup, label: str) -> Markup:
    """The body with a box to tick at each step; ``label`` names it, ``{number}`` is the step's."""

    def box(step: re.Match[str]) -> str:
        name = escape(label.replace("{number}", step[2]))
        return f'{step[1]}<input type="checkbox" class="tick" aria-label="{name}">'

    return Markup(_STEP.sub(box, str(body)))  # noqa: S704 - only the escaped box is added


def marked(body: Markup, label: str, *, lang: str) -> Markup:
    """The body with a label, in the language of that tag, at the top of each internal block."""
    mark = f'{_INTERNAL}<p class="mark" lang="{escape(lang)}">{escape(label)}</p>'
    return Markup(str(body).replace(_INTERNAL, mark))  # noqa: S704 - escaped


def leading_on(body: Markup, address: str, query: str) -> Markup:
    """The body, its links to other articles with ``query``; ``address`` is the article's own."""

    def kept(link: re.Match[str]) -> str:
        if not _OURS.fullmatch(unescape(link[2])):
            return link[0]
        target = urlsplit(urljoin(address, unescape(link[2])))
        if target.netloc or not target.path.startswith(_ARTICLES):
            return link[0]
        asked = "&".join(filter(None, (target.query, query)))
        return f'{link[1]}{escape(target._replace(query=asked).geturl())}"'

    return Markup(_LINK.sub(kept, str(body))) if query else body  # noqa: S704 - escaped


def embedded(body: Markup, address: str) -> Markup:
    """The body for a page that shows several: no ids, links as seen from the article's address."""

    def absolute(link: re.Match[str]) -> str:
        return f'{link[1]}{escape(urljoin(address, unescape(link[2])))}"'

    return Markup(_LINK.sub(absolute, _ID.sub(r"\1", str(body))))  # noqa: S704 - ids go, links stay
