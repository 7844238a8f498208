"""Words nearly right: what a writer probably meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import Final

ALIKE: Final = 0.8
"""Similarity (difflib) from which a word counts as a slip of another: one letter in five."""
_LONGEST: Final = 64
"""Longer texts are no slip of any word; comparing them would only cost time."""


def near(word: str, known: Iterable[str], *, alike: float = ALIKE) -> str | None:
    """The known word that ``word`` is or nearly is, in any case; ``None`` if there is none."""
    if len(word) > _LONGEST:
        return None
    return next(iter(get_close_matches(word.strip().casefold(), known, n=1, cutoff=alike)), None)


def hint(meant: str) -> str:
    """The end of a message that names what was meant; nothing for an empty text."""
    return f": did you mean {meant!r}?" if meant else ""


def guesser(*, most: int = 1_000_000) -> Callable[[str, Collection[str]], str]:
    """Like :func:`near`, with an empty text for none, until ``most`` words were looked at.

    A million take seconds. Chosen by hand: who has more slips than that has moved a folder.
    """
    left = most

    def guessed(word: str, known: Collection[str]) -> str:
        nonlocal left
        left -= len(known)
        return "" if left < 0 else near(word, known) or ""

    return guessed


def choices(word: str, known: Iterable[str]) -> str:
    """The end of a message: all that would have worked and, if there is one, what was meant."""
    words = sorted(str(word) for word in known)
    meant = near(word, words)
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"choose one of {', '.join(words)}{hint}"
