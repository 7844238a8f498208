"""What a search leaves in the casebook: what was asked, less personal numbers, and shown."""

from __future__ import annotations

import re
from datetime import datetime

from kb.cases import CaseId, Search, SearchId, Shown
from kb.domain import Principal, Solution
from kb.scrubbing import scrubbed
from kb.search import Trace
from kb.symptoms import Reading

LONGEST_CODE = 9
"""Digits of a number after a word for error that is believed without having been seen before."""
TELLING = 7
"""Digits of a number that may be somebody's; a number of an article's text is nobody's."""

_UNSIGNED = re.compile(r"[0-9]+")


def recorded(
    trace: Trace, principal: Principal, *, id_: SearchId, at: datetime, case: CaseId | None = None
) -> Search:
    """One search as the casebook keeps it; ``at`` is in UTC."""
    query, answer = trace.query, trace.answer
    return Search(
        id=id_,
        at=at,
        actor=principal.actor,
        symptom=_symptom(trace),
        environment=query.environment,
        lang=answer.lang,
        generation=answer.generation,
        fit="",
        matched=answer.matched,
        shown=tuple(map(_shown, answer.solutions)),
        case=case,
    )


def codes(reading: Reading) -> list[str]:
    """The error codes of a text that are no person's number.

    Those with a shape or sign of their own; a bare number after a word for error only while it is
    too short to be a telephone's.
    """
    return [
        each
        for each in reading.error_codes
        if not _UNSIGNED.fullmatch(each) or len(each) <= LONGEST_CODE
    ]


def storable(text: str) -> str:
    """The text without what databases refuse: NUL and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _symptom(trace: Trace) -> str:
    published = (term for term in trace.held if _digits(term) >= TELLING)
    return scrubbed(storable(trace.query.symptom), codes={*codes(trace.reading), *published})


def _digits(term: str) -> int:
    return sum(character.isdigit() for character in term)


def _shown(solution: Solution) -> Shown:
    return Shown(solution.id, solution.lang, solution.resolution, solution.score)
