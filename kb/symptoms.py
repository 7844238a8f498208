"""A query's text -> what it says: the symptom alone, its language, its error codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from kb.domain import Language
from kb.folding import caseless, fold, language
from kb.framing import unframed
from kb.units import COUNTED
from kb.vocabulary import Vocabulary

_TOKEN = re.compile(r"(?<![a-z0-9._-])-?[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LINK = r"(?:\s?(?:code|number|no\.|提示|为|是|[:#(\[\"'“”])){0,4}\s?"
_WHOLE = rf"(?![a-z0-9]|\.[0-9]|{COUNTED})"
_AFTER_ERROR = re.compile(
    r"(?:错误|报错|故障|状态(?=码)|(?<=\()代(?=码)|(?<![a-z])(?:errors?|err|codes?))"
    rf"(?:代码|编号|代号|码|号)?{_LINK}(-?[0-9]{{1,10}}{_WHOLE})"
)
"""A number behind a word for error, unless it counts something; ``代码 43`` only in brackets, as a
device manager has it: elsewhere a code is also what a message sends to sign in with."""
_AFTER_HTTP = re.compile(rf"(?<![a-z])http(?![a-z])(?:代码|码)?{_LINK}([1-5][0-9]{{2}}{_WHOLE})")
"""A status of HTTP (RFC 9110): other numbers behind it are ports."""
_COUNTED = re.compile(COUNTED)
_ALONE = re.compile(r"^[ \t]*(-[0-9]{1,10}|[0-9]{1,5})[ \t]*$", re.MULTILINE)
"""A short number that has a line for itself: who asks for nothing else asks for a code."""
_STATED = re.compile("-?[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query's text says."""

    folded: str
    """The text as :func:`kb.folding.fold` leaves it; empty when there is nothing to read."""
    lang: Language
    error_codes: tuple[str, ...]
    """Caseless, distinct, in order of appearance."""
    symptom: str
    """The folded text without who tells it (``客户说``): what is looked up and encoded."""

    @property
    def codes_alone(self) -> bool:
        """Whether the text is nothing but error codes: they mean nothing, but for their letters."""
        words = caseless(self.symptom).split()
        return bool(words) and set(words) <= set(self.error_codes)


def read(text: str, vocabulary: Vocabulary, stated: Iterable[str] = ()) -> Reading:
    """Read a query's text.

    Error codes are tokens of the vocabulary's families (``0x80070057``), numbers right after a
    word for error (``错误代码：4013``, ``error -54``) and statuses after ``HTTP``, all unless they
    count something (``-20500 元``), or short ones on a line of their own. A longer one is a code if
    it is among the ``stated``, which have a line each.
    """
    folded = fold(text).strip()
    numbers = (_AFTER_ERROR, _AFTER_HTTP, _ALONE, *map(_line, filter(_STATED.fullmatch, stated)))
    codes = _error_codes(caseless(folded), vocabulary, numbers)
    return Reading(folded, language(folded), codes, unframed(folded))


def _line(number: str) -> re.Pattern[str]:
    return re.compile(f"^({number})$", re.MULTILINE)


def logged(log: str, vocabulary: Vocabulary, *, limit: int) -> tuple[str, ...]:
    """The first ``limit`` error codes in a log, as it spells them (``0xE8000015``), distinct.

    Unlike in a query, a number on a line of its own is none: logs count much.
    """
    folded = fold(log)
    codes = _error_codes(caseless(folded), vocabulary, (_AFTER_ERROR, _AFTER_HTTP))
    return tuple(_spelt(code, folded) for code in islice(codes, limit))


def _spelt(code: str, folded: str) -> str:
    """The code as the text has it; caseless, where only an accent makes the difference."""
    whole = rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])"
    found = re.search(whole, folded, re.IGNORECASE | re.ASCII)
    return found[0] if found else code


def _error_codes(
    lower: str, vocabulary: Vocabulary, numbers: Iterable[re.Pattern[str]]
) -> tuple[str, ...]:
    families = [codes.pattern for codes in vocabulary.error_codes]
    known = [
        (found.start(), found[0])
        for found in _TOKEN.finditer(lower)
        if any(family.fullmatch(found[0]) for family in families)
        and not _COUNTED.match(lower, found.end())
    ]
    named = [(found.start(1), found[1]) for each in numbers for found in each.finditer(lower)]
    return tuple(dict.fromkeys(code for _, code in sorted(known + named)))
