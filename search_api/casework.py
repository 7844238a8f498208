"""A case as staff reads it at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.cases import CaseId, Entry, Outcome, OutcomeId, Search
from kb.domain import Principal
from kb.errors import UnknownCase, UnknownOutcome
from kb.knowledge_base import KnowledgeBase
from search_api.renamed import names

SEARCHES = 20
"""At most so many searches of a case are told, the last ones."""


@dataclass(frozen=True, slots=True)
class Casework:
    """What was asked and said for a case; nothing where nobody knows of it."""

    number: str = ""
    """As staff calls it; empty without a case."""
    history: tuple[Entry, ...] = ()
    """Oldest first; renamed solutions go by their name of now."""
    searches: tuple[Search, ...] = ()
    """Oldest first."""
    choices: tuple[str, ...] = ()
    """Ids of the cases of that number, where several keys have one."""


def casework(kb: KnowledgeBase, number: str, caller: Principal) -> Casework:
    """The case that staff calls so."""
    if not number:
        return Casework()
    try:
        searches = kb.casebook.asked(CaseId(number), caller, limit=SEARCHES)
    except UnknownCase as several:
        return Casework(number, choices=several.ids)
    meant = kb.casebook.meant(CaseId(number), caller) or CaseId(number)
    return Casework(meant, tuple(_history(kb, meant, caller)), tuple(searches))


def of_search(kb: KnowledgeBase, search: Search, caller: Principal) -> str:
    """The case that a search's reader told of it, else the one it was made for; empty without."""
    told = (each.case for each in kb.casebook.said(search.id, caller).values())
    made_for = search.case or ""
    # Another key's number is opened by the report of an outcome, never by its name.
    return next(told, "" if "@" in made_for else made_for)


def outcome(history: Iterable[Entry], id_: OutcomeId) -> Outcome:
    """The outcome of that id in a case's history; raises :class:`UnknownOutcome`."""
    for each in history:
        if isinstance(each, Outcome) and each.id == id_:
            return each
    raise UnknownOutcome(f"no outcome {id_!r} in this case: take one that its history shows")


def _history(kb: KnowledgeBase, case: CaseId, caller: Principal) -> list[Entry]:
    """Of a case; empty for one that nobody has opened yet."""
    try:
        history = kb.casebook.history(case, caller)
    except UnknownCase:
        return []
    tried = {each.solution for each in history if isinstance(each, Outcome)}
    now = names(kb, tried, caller)
    return [
        replace(each, solution=now[each.solution]) if isinstance(each, Outcome) else each
        for each in history
    ]
