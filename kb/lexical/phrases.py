"""Finds the words and phrases of a list in a text, however their blanks and hyphens are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

_GAPS = re.compile(r"[\s_-]+")
_NEVER = "(?!)"
_END = ""

_Tree = dict[str, "_Tree"]


class Phrases:
    """A list of phrases, each with its meaning: the word that stands for it.

    Texts and phrases are folded and caseless. ``iphone 15`` is found in ``iphone15`` and
    ``iphone-15`` too, but never inside a longer word or number. Time grows with the text alone.
    """

    def __init__(self, meanings: Mapping[str, str], *, apart: frozenset[str], cjk: str) -> None:
        """Read the list.

        ``apart`` are words that the caller finds by itself: ``wifi`` must not count as ``wi fi``
        once more. ``cjk`` are the ranges of characters that are written without blanks. Of phrases
        that differ in blanks alone, one that stands for another word gives the meaning.
        """
        self._apart = apart
        self._meanings = {_GAPS.sub("", phrase): word for phrase, word in _telling_last(meanings)}
        letter = rf"[^\W_{cjk}]"
        inside = rf"(?<={letter})(?={letter})"
        pattern = _pattern(_tree(meanings)) if meanings else _NEVER
        within = r"(?<=[0-9])\.[0-9]"
        self._pattern = re.compile(rf"(?!{inside}){pattern}(?!{inside}|{within})")

    def meanings(self, text: str) -> Iterator[str]:
        """The meanings of the phrases in a text, in order; the longest phrase at a place counts."""
        for found in self._pattern.finditer(text):
            if found[0] not in self._apart:
                yield self._meanings[_GAPS.sub("", found[0])]


def _telling_last(meanings: Mapping[str, str]) -> list[tuple[str, str]]:
    """In an order that no hash decides."""
    return sorted(meanings.items(), key=lambda item: (item[0] != item[1], item))


def _tree(phrases: Iterable[str]) -> _Tree:
    """The phrases letter by letter, with and without each blank.

    An optional blank would be a second way to go on with the same letter, and the pattern takes the
    first way that leads to an end: not always to the longest phrase.
    """
    root: _Tree = {}
    for phrase in phrases:
        for written in _written(_GAPS.split(phrase)):
            node = root
            for character in written:
                node = node.setdefault(character, {})
            node[_END] = {}
    return root


def _written(parts: Sequence[str]) -> Iterator[str]:
    first, *others = parts
    for blanks in product(("", " "), repeat=len(others)):
        yield first + "".join(map("".join, zip(blanks, others, strict=True)))


def _pattern(tree: _Tree) -> str:
    """A pattern with one branch for each next character: no position is tried phrase by phrase."""
    branches = [_character(key) + _pattern(below) for key, below in tree.items() if key != _END]
    if _END in tree:
        branches.append("")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _character(character: str) -> str:
    return r"[\s_-]" if character == " " else re.escape(character)
