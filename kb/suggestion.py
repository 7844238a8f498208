"""Words nearly right: what a writer probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_ALIKE: Final = 0.8
"""Similarity (difflib) from which a word counts as a slip of another: one letter in five."""
_LONGEST: Final = 64
"""Longer texts are no slip of any word; comparing them would only cost time."""


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` is or nearly is, in any case; ``None`` if there is none."""
    if len(word) > _LONGEST:
        return None
    return next(iter(get_close_matches(word.strip().casefold(), known, n=1, cutoff=_ALIKE)), None)


def choices(word: str, known: Iterable[str]) -> str:
    """The end of a message: all that would have worked and, if there is one, what was meant."""
    words = sorted(str(word) for word in known)
    meant = near(word, words)
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"choose one of {', '.join(words)}{hint}"
