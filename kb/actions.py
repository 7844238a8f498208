"""Which actions a text names: what somebody tried, or is told to try."""

from __future__ import annotations

from kb.folding import fold_case
from kb.spotting import spotted
from kb.vocabulary import Vocabulary


def actions(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The keys of the actions that a text names, distinct, in order of appearance.

    The longest word at a place counts: ``强制重启`` is no plain restart. Whether it was done, will
    be or was not is not read.
    """
    found = spotted(fold_case(text), tuple(vocabulary.action_of))
    return tuple(dict.fromkeys(vocabulary.action_of[each.word] for each in found))
