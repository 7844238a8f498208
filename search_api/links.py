"""Addresses of articles."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from kb.domain import Article, ArticleId, Language, article_id


def page(article: ArticleId, anchor: str = "", *, query: str = "") -> str:
    """Path of an article's page, with an encoded query and at an anchor if they are given."""
    path = f"/articles/{quote(article, safe='/')}"
    asked = f"{path}?{query}" if query else path
    return f"{asked}#{quote(anchor)}" if anchor else asked


def languages(article: Article, translated: Sequence[Language]) -> dict[Language, str]:
    """Where each language is chosen on an article's page: at its translation, if there is one."""
    return {
        lang: page(
            article_id(lang if lang in translated else article.lang, article.solution),
            query=f"lang={lang}",
        )
        for lang in Language
    }
