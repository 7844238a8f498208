"""Which queries must stay in one half: those that the same solution answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from evaluation.support.queries import ELSEWHERE, SupportQuery

LARGEST = 0.25
"""A group of a larger share of all queries could not be dealt evenly."""

Group = Sequence[SupportQuery]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Queries by what keeps them together."""

    groups: list[Group]
    """Largest first, ties by a hash of their ids."""
    bridges: list[SupportQuery]
    """Those that held too large a group together: they belong to the development half."""


def answered(queries: Iterable[SupportQuery]) -> Grouped:
    """Queries with an answer, together where they share a solution that solves them.

    A query that nothing solves goes with the solution that helps. While a group holds more than
    :data:`LARGEST` of all, the query in it that most solutions solve (ties by hash) is taken out as
    a bridge; a group without such a query stays whole.
    """
    left = [query for query in queries if query.grades]
    most, bridges = LARGEST * len(left), list[SupportQuery]()
    while True:
        groups = _by_solution(left)
        spans = [each for group in groups if len(group) > most for each in group]
        bridge = max(spans, key=lambda each: (len(each.solutions), _hash(each.id)), default=None)
        if bridge is None or len(bridge.solutions) < 2:  # noqa: PLR2004 - a bridge has two ends
            return Grouped(_ordered(groups), bridges)
        bridges.append(bridge)
        left.remove(bridge)


def unanswered(queries: Iterable[SupportQuery]) -> list[Group]:
    """Queries without an answer by area; those of ``ELSEWHERE``, too many for one half, by intent.

    In the order of :class:`Grouped`.
    """
    none = [query for query in queries if not query.grades]
    return _ordered(_alike((each, (each.area, _matter(each))) for each in none))


def _matter(query: SupportQuery) -> str:
    return query.intent if query.area == ELSEWHERE else ""


def _by_solution(queries: Sequence[SupportQuery]) -> list[Group]:
    solved = Counter(id_ for query in queries for id_ in query.solutions)
    links = {query.id: _links(query, solved) for query in queries}
    leaders = _leaders(links.values())
    return _alike((query, leaders[links[query.id][0]]) for query in queries)


def _links(query: SupportQuery, solved: Mapping[str, int]) -> list[str]:
    """What ties a query to others; of several that only help, what solves most others."""
    return query.solutions or [min(query.grades, key=lambda id_: (-solved[id_], id_))]


def _leaders(links: Iterable[Sequence[str]]) -> dict[str, str]:
    """One solution to stand for all that are linked, for each (union-find)."""
    above: dict[str, str] = {}

    def top(id_: str) -> str:
        while above.setdefault(id_, id_) != id_:
            id_ = above[id_]
        return id_

    for first, *others in links:
        above[top(first)] = top(first)
        for other in others:
            above[top(other)] = top(first)
    return {id_: top(id_) for id_ in above}


def _alike(marked: Iterable[tuple[SupportQuery, Hashable]]) -> list[Group]:
    groups: dict[Hashable, list[SupportQuery]] = {}
    for query, mark in marked:
        groups.setdefault(mark, []).append(query)
    return list(groups.values())


def _ordered(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-len(group), _hash(min(each.id for each in group))))


def _hash(text: str) -> bytes:
    """Looks like chance, and is the same everywhere."""
    return blake2b(text.encode(), digest_size=8).digest()
