"""An article over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kb.domain import Article, Boundary, Confidence, Language
from search_api import links


class ArticleOut(BaseModel):
    """An article, as far as the reader may see it."""

    solution: str
    lang: Language
    title: str
    summary: str
    confidence: Confidence
    boundary: Annotated[Boundary, Field(description="Who helps when the steps do not.")]
    symptoms: list[str]
    error_codes: list[str]
    related: Annotated[list[str], Field(description="Solutions that a reader may want next.")]
    languages: Annotated[list[Language], Field(description="What it can be read in.")]
    url: Annotated[str, Field(description="Page of the article.")]
    body: Annotated[str, Field(description="Markdown.")]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "solution": "update-error-4013",
                    "lang": "zh",
                    "title": "更新时提示错误 4013",
                    "summary": "连接中断；换线、换接口，再恢复。",
                    "confidence": "validated",
                    "boundary": "self-service",
                    "symptoms": ["更新到一半报错 4013"],
                    "error_codes": ["4013"],
                    "related": ["restore-in-recovery-mode"],
                    "languages": ["zh", "en"],
                    "url": "/articles/zh/update-error-4013",
                    "body": "## 解决方法\n\n1. 换一根数据线。\n",
                }
            ]
        }
    )

    @classmethod
    def of(cls, article: Article, languages: list[Language]) -> ArticleOut:
        """An article of the core, and the languages that the reader may have it in."""
        return cls(
            solution=article.solution,
            lang=article.lang,
            title=article.title,
            summary=article.summary,
            confidence=article.confidence,
            boundary=article.boundary,
            symptoms=list(article.symptoms),
            error_codes=list(article.error_codes),
            related=list(article.related),
            languages=languages,
            url=links.page(article.id),
            body=article.body,
        )
