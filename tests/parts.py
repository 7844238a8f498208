"""Real parts around an encoder that needs no model, in a folder of the test."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kb import vocabulary
from kb.index_edge import EdgeStore
from kb.lexical import Lexicon
from kb.vocabulary import Vocabulary
from kb.wiring import VOCABULARY, Parts
from tests.fakes import BagEncoder


@cache
def _words() -> tuple[Vocabulary, Lexicon]:
    words = vocabulary.load(VOCABULARY)
    return words, Lexicon(words)


def parts(folder: Path) -> Parts:
    """Parts that keep their index and vectors below a folder."""
    words, lexicon = _words()
    encoder = BagEncoder()
    return Parts(
        encoder=encoder,
        vocabulary=words,
        lexicon=lexicon,
        store=EdgeStore(folder / "index", dimensions=encoder.dimensions),
        cache=folder / "vectors.sqlite",
        workers=2,
    )
