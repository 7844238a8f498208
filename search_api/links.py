"""Addresses of articles and of what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from kb.cases import SearchId
from kb.domain import Article, ArticleId, Language, article_id


def page(article: ArticleId, anchor: str = "", *, query: str = "") -> str:
    """Path of an article's page, with an encoded query and at an anchor if they are given."""
    return _path("articles", article, anchor, query)


def thanks(search: SearchId, article: str, lang: Language | None = None) -> str:
    """Path of the page that thanks for an outcome; ``lang`` chooses its language."""
    fields = {"s": search} | ({"lang": lang} if lang else {})
    return _path("thanks", article, "", urlencode(fields))


def languages(
    article: Article, translated: Sequence[Language], way: Mapping[str, str]
) -> dict[Language, str]:
    """Where each language is chosen on an article's page: at its translation, if there is one.

    ``way`` are the fields that tell how the reader came.
    """
    return {
        lang: page(
            article_id(lang if lang in translated else article.lang, article.solution),
            query=urlencode({**way, "lang": lang}),
        )
        for lang in Language
    }


def _path(place: str, article: str, anchor: str, query: str) -> str:
    path = f"/{place}/{quote(article, safe='/')}"
    asked = f"{path}?{query}" if query else path
    return f"{asked}#{quote(anchor)}" if anchor else asked
