"""HTML that is safe to show, and the text of HTML: the one door of nh3."""

from __future__ import annotations

import html
import re
import secrets
from typing import Final

import nh3

ID_MARK: Final = secrets.token_hex(16)
"""Stands before the ids that we write until they are cleaned: so a writer's own ids, which could
shadow ours or the names that scripts use, are told apart and dropped."""

_TAGS: Final = frozenset(
    re.findall(
        r"\w+",
        """a abbr aside b blockquote br caption code col colgroup dd del details div dl dt em
        figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span
        strong sub summary sup table tbody td tfoot th thead tr u ul var""",
    )
)
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title"},
    "aside": {"class"},
    "code": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"id", "value"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
} | {f"h{level}": {"id"} for level in range(1, 7)}
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_FORMATTING: Final = frozenset({"b", "code", "em", "i", "s", "small", "strong", "u"})
_SELF_CLOSING: Final = frozenset(
    {
        "a",
        "br",
        "col",
        "dd",
        "dt",
        "hr",
        "img",
        "li",
        "p",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
    }
)
_EMPTIED: Final = frozenset({"script", "style"})
"""Tags that go together with what stands between them."""
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
_CLASS: Final = re.compile(r"internal|note|tip|important|warning|caution|language-[\w+#.-]{1,40}")
_ELSEWHERE: Final = r"[a-z][a-z0-9+.-]*:|[/\\]{2}"
"""The beginning of an address that leads away from here."""
_ARTICLE_LINK: Final = re.compile(
    rf"(?!\s*(?:{_ELSEWHERE}))([^?#]+)\.(?:md|markdown)([?#].*)?", re.IGNORECASE | re.DOTALL
)
_IMAGE: Final = re.compile(r"\s*https://", re.IGNORECASE)
"""No route serves files that lie beside articles."""
_BREAK: Final = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|figure|footer|h[1-6]"
    r"|header|hr|li|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?=[\s/>])",
    re.IGNORECASE,
)


def tamed(markup: str) -> str:
    """Raw HTML without the tags that :func:`clean` drops anyway, and with bare formatting tags.

    A parser opens every unclosed formatting tag again in each paragraph below, as often as their
    attributes differ: this and :func:`opened` keep a hostile text from growing without bound.
    """
    return _TAG.sub(_tame, markup)


def opened(markup: str) -> int:
    """How many tags of tamed HTML stay open, less those closed too often; some close themselves."""
    names = ((match[1], match[2].lower()) for match in _TAG.finditer(markup))
    return sum(-1 if slash else 1 for slash, name in names if name not in _SELF_CLOSING)


def _tame(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name in _FORMATTING:
        return f"<{match[1]}{name}>"
    return match[0] if name in _TAGS or name in _EMPTIED else ""


def clean(markup: str) -> str:
    """Keep what an article needs; drop scripts, styles, forms, frames, handlers and foreign ids.

    Links lead to http, https, mailto, tel or a relative address (whose ``.md`` is dropped);
    images are relative or https. Ids survive only behind :data:`ID_MARK`, which is removed.
    """
    return _CLEANER.clean(markup)


def text(markup: str) -> str:
    """The text between tags, entities decoded, a new line at each block; no scripts, no styles."""
    bare = _STRIPPER.clean(_BREAK.sub(r"\n\g<0>", markup))
    lines = (" ".join(line.split()) for line in html.unescape(bare).splitlines())
    return "\n".join(line for line in lines if line)


def _attribute(tag: str, name: str, value: str) -> str | None:
    match name:
        case "id":
            return value.removeprefix(ID_MARK) if value.startswith(ID_MARK) else None
        case "class":
            return value if _CLASS.fullmatch(value) else None
        case "href":
            link = _ARTICLE_LINK.fullmatch(value)
            return f"{link[1]}{link[2] or ''}" if link else value
        case "src" if tag == "img":
            return value if _IMAGE.match(value) else None
        case _:
            return value


_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    link_rel="noopener nofollow noreferrer",
    url_schemes=_SCHEMES,
)
_STRIPPER: Final = nh3.Cleaner(tags=set(), attributes={}, link_rel=None)
