"""The words of a list in a text, and where they end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

GAP: Final = "..."
"""In a word: a few characters of the same clause (``换...数据线``)."""
_BREAKS: Final = r"\n,.;:!?。、"
_NEAR: Final = {True: rf"[^{_BREAKS}]{{0,16}}?", False: rf"[^{_BREAKS}]{{0,6}}?"}
"""What a gap may hold in a word that begins with a Latin letter, and in any other: two or three
words of either script. More would lead into what happened next."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A word of the list in a text."""

    word: str
    """As the list spells it."""
    end: int
    """Where it ends in the text."""


def spotted(folded: str, words: tuple[str, ...]) -> Iterator[Spotted]:
    """The words of a list in a folded, caseless text, in order; none overlap.

    Of several that begin at a place the longest counts. A blank of a word may be missing or a
    hyphen in the text. Latin letters are never found inside a longer word, but digits may follow
    (``ios18``); a number is never found inside another (``iphone 15.1``). No words find nothing.
    """
    if words:
        known = _known(words)
        for found in known.pattern.finditer(folded):
            yield Spotted(known.words[(found.lastindex or 1) - 1], found.end())


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
    before = f"(?<![a-z0-9]{first})" if first.isascii() else ""
    return f"{re.escape(first)}{before}(?:{'|'.join(map(_rest, words))})"


def _rest(word: str) -> str:
    near = _NEAR[word[0].isascii()]
    parts = (re.escape(part).replace(r"\ ", r"[\s_-]?") for part in word[1:].split(GAP))
    return f"({near.join(parts)}){_after(word[-1])}"


def _after(last: str) -> str:
    if not last.isascii():
        return ""
    return r"(?![a-z0-9]|\.[0-9])" if last.isdigit() else "(?![a-z])"
