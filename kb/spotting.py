"""The words of a list in a text, and where they end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from typing import Final, cast

GAP: Final = "..."
"""In a word: a few characters of the same clause (``换...数据线``)."""
_ONE: Final = r"(?:(?!(?<![a-z])and )[^\n,.;:!?。、和跟与])"
"""A character of a gap: neither the end of a clause nor of what an act is done to."""
_NEAR: Final = {True: rf"{_ONE}{{0,16}}?", False: rf"{_ONE}{{0,6}}?"}
"""What a gap may hold in a word that begins with a Latin letter, and in any other: two or three
words of either script. More would lead into what happened next."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A word of the list in a text."""

    word: str
    """As the list spells it."""
    start: int
    end: int
    """Where it stands in the text, ``[start, end)``."""


def spotted(folded: str, words: tuple[str, ...]) -> Iterator[Spotted]:
    """The words of a list in a folded, caseless text, in order; none overlap.

    Of several that begin at a place the longest counts. A blank of a word may be missing or a
    hyphen in the text. Latin letters, those behind a gap too, are never found inside a longer word,
    but digits may follow the last (``ios18``); a number is never found inside another (``iphone
    15.1``, ``win 10,000``). A gap does not lead over an "and". No words find nothing.
    """
    if words:
        known = _known(words)
        for found in known.pattern.finditer(folded):
            number = cast("int", found.lastindex)
            yield Spotted(known.words[number - 1], *found.span())


@dataclass(frozen=True, slots=True)
class _Known:
    """One pattern for all the words, each of which is the group of its number, from 1."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]


@cache
def _known(words: tuple[str, ...]) -> _Known:
    """Compiled once per list; one branch for each first character, which is quick to refuse."""
    ordered = sorted(words, key=lambda word: (word[0], -len(word), word))
    branches = (_branch(first, same) for first, same in groupby(ordered, key=lambda word: word[0]))
    return _Known(re.compile("|".join(branches)), tuple(ordered))


def _branch(first: str, words: Iterable[str]) -> str:
    sign = re.escape(first)
    before = f"(?<![a-z0-9]{sign})" if first.isascii() else ""
    return f"{sign}{before}(?:{'|'.join(map(_rest, words))})"


def _rest(word: str) -> str:
    head, *others = word.split(GAP)
    near = _NEAR[word[0].isascii()]
    behind = (
        f"{_after(before[-1])}{near}{_before(part[0])}{_literal(part)}"
        for before, part in pairwise((head, *others))
    )
    return f"({_literal(head[1:])}{''.join(behind)}){_after(word[-1])}"


def _literal(part: str) -> str:
    return re.escape(part).replace(r"\ ", r"[\s_-]?")


def _before(first: str) -> str:
    return "(?<![a-z0-9])" if first.isascii() else ""


def _after(last: str) -> str:
    if not last.isascii():
        return ""
    return r"(?![a-z0-9]|\.[0-9]|,[0-9]{3})" if last.isdigit() else "(?![a-z])"
