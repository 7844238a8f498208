"""What a search showed and was told, by the names that solutions have now."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kb.cases import Outcome, Search, SearchId
from kb.domain import Principal, Solution, SolutionId
from kb.knowledge_base import KnowledgeBase


def names(
    kb: KnowledgeBase, solutions: Collection[SolutionId], caller: Principal
) -> dict[SolutionId, SolutionId]:
    """What each of those solutions is called now; one that cannot be seen keeps its name."""
    found = kb.renames(solutions, caller) if solutions else {}
    return {each: found.get(each, each) for each in solutions}


def name(kb: KnowledgeBase, solution: SolutionId, caller: Principal) -> SolutionId:
    """What one is called now, likewise."""
    return names(kb, [solution], caller)[solution]


def said(kb: KnowledgeBase, search: SearchId, caller: Principal) -> dict[SolutionId, Outcome]:
    """What the caller said of a search; raises as :meth:`kb.casebook.Casebook.said` does."""
    found = kb.casebook.said(search, caller)
    now = names(kb, found, caller)
    return {now[each]: outcome for each, outcome in found.items()}


def gone(kb: KnowledgeBase, search: Search, found: Sequence[Solution], caller: Principal) -> int:
    """How many of the solutions that a search showed are not among those found for it now."""
    if len(found) == len(search.shown):
        return 0
    shown, seen = [each.solution for each in search.shown], {each.id for each in found}
    return sum(each not in seen for each in names(kb, shown, caller).values())
