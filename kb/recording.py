"""What a search leaves in the casebook: what was asked, less personal numbers, and shown."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from kb.cases import CaseId, Search, SearchId, Shown
from kb.domain import Principal, Solution
from kb.scrubbing import scrubbed, secrets
from kb.search import Trace
from kb.symptoms import Reading

LONGEST_CODE = 5
"""Digits of a bare number after a word for error that is believed although no article holds it."""
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


def codes(reading: Reading, held: Collection[str] = ()) -> set[str]:
    """What of a text survives scrubbing: no person's number, by what is known.

    Error codes with a shape or sign of their own; a bare number after a word for error while it is
    short (``verification code`` has such a word too), or if ``held``, the terms of the text that
    articles hold, has it. Never what is labelled as a password or one-time code.
    """
    known = {each for each in reading.error_codes if _is_code(each) or each in held}
    known |= {term for term in held if _digits(term) >= TELLING}
    private = [each.lower() for each in secrets(reading.folded)]
    return {each for each in known if not any(each in secret for secret in private)}


def storable(text: str) -> str:
    """The text without what databases refuse: NUL and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _symptom(trace: Trace) -> str:
    return scrubbed(storable(trace.query.text), codes=codes(trace.reading, trace.held))


def _is_code(read: str) -> bool:
    return not _UNSIGNED.fullmatch(read) or len(read) <= LONGEST_CODE


def _digits(term: str) -> int:
    return sum(character.isdigit() for character in term)


def _shown(solution: Solution) -> Shown:
    return Shown(solution.id, solution.lang, solution.resolution, solution.score)
