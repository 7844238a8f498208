"""The article of a solution that a reader may read."""

from __future__ import annotations

from kb.domain import Article, Language, Principal, SolutionId, article_id
from kb.knowledge_base import KnowledgeBase


def readable(
    kb: KnowledgeBase, solution: SolutionId, caller: Principal, lang: Language
) -> Article | None:
    """In the reader's language if there is one; ``None`` when none may be seen any more."""
    langs = kb.languages(solution, caller)
    if not langs:
        return None
    return kb.article(article_id(lang if lang in langs else langs[0], solution), caller)
