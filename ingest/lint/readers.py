"""How many people may read an article, or a part of one."""

from __future__ import annotations

from enum import IntEnum

from kb.domain import Article, Audience, Confidence, for_staff


class Readers(IntEnum):
    """Fewest first."""

    NOBODY = 0
    STAFF = 1
    EVERYONE = 2


def readers(article: Article, anchor: str = "") -> Readers:
    """Who may read an article, or what has this anchor in it; as :func:`kb.domain.visibility`."""
    if article.confidence is Confidence.ARCHIVED:
        return Readers.NOBODY
    hidden = article.audience is Audience.INTERNAL or article.confidence is Confidence.WIP
    return Readers.STAFF if hidden or for_staff(anchor) else Readers.EVERYONE
