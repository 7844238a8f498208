"""What routes ask for: the knowledge base, who is asking, the pages and what is asked about."""

from __future__ import annotations

import unicodedata
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Path, Request

from kb.domain import ArticleId, Language, Principal, Scope, SolutionId, article_id
from kb.errors import UnknownArticle
from kb.wiring import KnowledgeBase
from search_api import templating
from search_api.templating import Templates

ANONYMOUS = Principal(actor="anonymous", scopes=frozenset({Scope.SEARCH}))


class State(TypedDict):
    """What is open while the application serves."""

    kb: KnowledgeBase
    templates: Templates


def _kb(request: Request) -> KnowledgeBase:
    kb: KnowledgeBase = request.state.kb
    return kb


def _caller() -> Principal:
    """Everybody is the anonymous public: nothing in a request can change that yet."""
    return ANONYMOUS


def _article(
    lang: Annotated[str, Path(examples=["zh"])],
    solution: Annotated[str, Path(examples=["update-error-4013"])],
) -> ArticleId:
    if lang not in set(Language):
        raise UnknownArticle(f"{lang}/{solution}")
    return article_id(Language(lang), SolutionId(unicodedata.normalize("NFC", solution)))


def _json_only(request: Request) -> None:
    """Refuse what a plain HTML form of another site could send."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "send the body as Content-Type: application/json")


Kb = Annotated[KnowledgeBase, Depends(_kb)]
Caller = Annotated[Principal, Depends(_caller)]
Pages = Annotated[templating.Pages, Depends(templating.pages)]
Named = Annotated[ArticleId, Depends(_article)]
JsonOnly = Depends(_json_only)
