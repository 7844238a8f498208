"""What a symptom's text mentions of the vocabulary: the product and the system it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kb import versions
from kb.folding import fold_case
from kb.vocabulary import Entry, Vocabulary

_VERSION = re.compile(r"\s?([0-9]{1,3}(?:\.[0-9]{1,3}){0,2})(?![0-9a-z.])")
"""Right behind a system's word."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The first product and the first system that a text names; what it does not name is empty."""

    product: str = ""
    """A key of the vocabulary, as is the system."""
    system: str = ""
    version: str = ""
    """As it is written behind the system's word, ``18.1``."""


def mentions(text: str, vocabulary: Vocabulary) -> Mentions:
    """What a text names; the longest word wins where several begin (``iphone 15 pro``).

    A guess for a person to confirm: it never filters by itself.
    """
    folded = fold_case(text)
    product = next(_named(folded, vocabulary.products), ("", 0))
    system = next(_named(folded, vocabulary.systems), ("", 0))
    version = _VERSION.match(folded, system[1]) if system[0] else None
    return Mentions(product[0], system[0], version[1] if version and _is(version[1]) else "")


def _named(folded: str, entries: Mapping[str, Entry]) -> Iterator[tuple[str, int]]:
    """The key of each word, and where the word ends."""
    keys = {word: key for key, each in entries.items() for word in (*each.words, *each.models)}
    if keys:
        for found in _any_of(tuple(keys)).finditer(folded):
            yield keys[found[0]], found.end()


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words as a whole, the longest first; compiled once per vocabulary."""
    return re.compile("|".join(_whole(words)))


def _whole(words: Iterable[str]) -> Iterator[str]:
    for word in sorted(words, key=len, reverse=True):
        before = r"(?<![a-z0-9])" if word[0].isascii() else ""
        after = r"(?![a-z])" if word[-1].isascii() else ""
        yield f"{before}{re.escape(word)}{after}"


def _is(version: str) -> bool:
    try:
        versions.number(version)
    except ValueError:
        return False
    return True
