"""A stated environment in the vocabulary's keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kb.domain import Environment, System
from kb.errors import BadQuery
from kb.folding import fold_case
from kb.suggestion import choices
from kb.versions import interval
from kb.vocabulary import Entry, Vocabulary


def recognised(stated: Environment, vocabulary: Vocabulary) -> Environment:
    """The same environment by keys: people's words for them (``iPhone 15``, ``win11``) become keys.

    A release (``Sequoia``) becomes its system, of its version unless one is stated beside it.

    Raises :class:`kb.errors.BadQuery` for a word that the vocabulary does not know, with the
    keys that it does.
    """
    return Environment(
        products=tuple(_key("product", word, vocabulary.products) for word in stated.products),
        systems=tuple(_system(system, vocabulary) for system in stated.systems),
        hosts=tuple(_key("host", word, vocabulary.hosts) for word in stated.hosts),
        apps=tuple(_key("app", word, vocabulary.apps) for word in stated.apps),
    )


def _system(stated: System, vocabulary: Vocabulary) -> System:
    release = vocabulary.releases.get(fold_case(stated.key).strip())
    if release is None:
        return replace(stated, key=_key("system", stated.key, vocabulary.systems))
    named = (interval(release.version),) if release.version else ()
    return System(release.system, stated.versions or named)


def _key(what: str, word: str, entries: Mapping[str, Entry]) -> str:
    if word in entries:
        return word
    folded = fold_case(word).strip()
    for key, entry in entries.items():
        names = map(fold_case, (key, *entry.names.values()))
        if folded in {*names, *entry.words, *entry.models}:
            return key
    raise BadQuery(f"unknown {what} {word[:64]!r}: {choices(word, entries)}")
