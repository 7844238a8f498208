"""A query's text -> what it says about itself: language and error codes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.domain import Language
from kb.folding import caseless, fold, language
from kb.vocabulary import Vocabulary

_TOKEN = re.compile(r"(?<![a-z0-9._-])-?[a-z0-9]+(?:[._-][a-z0-9]+)*")
_AFTER_ERROR = re.compile(
    r"(?:错误|报错|故障|(?<![a-z])(?:errors?|err|codes?))(?:代码|编号|代号|码|号)?"
    r"(?:\s?(?:code|number|no\.|提示|为|是|[:#(\[\"'“”])){0,4}\s?"
    r"(-?[0-9]{1,10}(?![a-z0-9]|\.[0-9]|\s?(?:次|个|遍|times)))"
)
"""A number behind a word for error, unless it counts something."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query's text says."""

    folded: str
    """The text as :func:`kb.folding.fold` leaves it; empty when there is nothing to read."""
    lang: Language
    error_codes: tuple[str, ...]
    """Caseless, distinct, in order of appearance."""


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """Read a query's text.

    Error codes are tokens of the vocabulary's families (``0x80070057``) and numbers right after a
    word for error (``错误代码：4013``, ``error -54``).
    """
    folded = fold(text).strip()
    return Reading(folded, language(folded), _error_codes(caseless(folded), vocabulary))


def _error_codes(lower: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    tokens = ((found.start(), found[0]) for found in _TOKEN.finditer(lower))
    families = [codes.pattern for codes in vocabulary.error_codes]
    known = [
        (start, token)
        for start, token in tokens
        if any(family.fullmatch(token) for family in families)
    ]
    named = [(found.start(1), found[1]) for found in _AFTER_ERROR.finditer(lower)]
    return tuple(dict.fromkeys(code for _, code in sorted(known + named)))
