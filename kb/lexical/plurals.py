"""English plurals of the vocabulary's words, which no stemmer reads."""

from __future__ import annotations

import re
from typing import Final

from kb.vocabulary import Vocabulary

_NOUN: Final = re.compile(r"(?:[a-z][a-z-]* )*[a-z-]*[a-z]{2}[a-rt-wyz]")
"""What may be a noun, or end in one: no model with a number, and nothing that ends in s or x."""
_HISSING: Final = ("z", "ch", "sh")
_IES: Final = re.compile(r"(?<=[^aeiou])y\Z")


def plurals(vocabulary: Vocabulary) -> dict[str, str]:
    """Plural -> how its word is indexed, of every English word that has none in the vocabulary."""
    words, spellings = vocabulary.words, vocabulary.spellings
    nouns = filter(_NOUN.fullmatch, sorted(words))
    made = {_plural(noun): spellings.get(noun, noun) for noun in nouns}
    return {plural: word for plural, word in made.items() if plural not in words}


def _plural(noun: str) -> str:
    if _IES.search(noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(_HISSING) else f"{noun}s"
