"""A stated environment in the vocabulary's keys."""

from __future__ import annotations

from collections.abc import Mapping

from kb.domain import Environment, System
from kb.errors import BadQuery
from kb.folding import fold_case
from kb.suggestion import choices
from kb.versions import ANY, covers, interval
from kb.vocabulary import Entry, Release, Vocabulary


def recognised(stated: Environment, vocabulary: Vocabulary) -> Environment:
    """The same environment by keys: people's words for them (``iPhone 15``, ``win11``) become keys.

    A release (``Sequoia``) becomes its system, of its version unless one of it is stated beside it.

    Raises :class:`kb.errors.BadQuery` for a word that the vocabulary does not know, with the
    keys that it does, and for versions that are none of the release.
    """
    return Environment(
        products=tuple(_key("product", word, vocabulary.products) for word in stated.products),
        systems=tuple(_system(system, vocabulary) for system in stated.systems),
        hosts=tuple(_key("host", word, vocabulary.hosts) for word in stated.hosts),
        apps=tuple(_key("app", word, vocabulary.apps) for word in stated.apps),
    )


def release(stated: str, vocabulary: Vocabulary) -> Release:
    """What one text states: a system or a release, and a version of it that may stand behind it.

    Such as ``ios``, ``Sequoia``, ``ios 18.1`` and ``Big Sur 11.7``.

    Raises :class:`kb.errors.BadQuery` for a word that the vocabulary does not know, or a version
    that is none of the release (``Sequoia 3``).
    """
    folded = " ".join(fold_case(stated).split())
    if known := vocabulary.releases.get(folded):
        return known
    word, _, version = folded.rpartition(" ")
    if not (word and version[0].isdigit()):
        return Release(_key("system", stated, vocabulary.systems))
    named = vocabulary.releases.get(word) or Release(_key("system", word, vocabulary.systems))
    if not (told := narrowed(named, version)):
        raise BadQuery(
            f"{stated[:64]!r} is no version of {named}: state one, such as 18.1, or none"
        )
    return told


def narrowed(named: Release, version: str) -> Release | None:
    """A version of a release (13.2 of ``ventura``); ``None`` for what is none of it."""
    try:
        within = covers(named.version, version)
    except ValueError:
        return None
    return Release(named.system, version) if within else None


def _system(stated: System, vocabulary: Vocabulary) -> System:
    named = release(stated.key, vocabulary)
    own = interval(named.version) if named.version else ANY
    if any(each.low >= own.high or each.high <= own.low for each in stated.versions):
        raise BadQuery(f"{stated.key[:64]!r} has other versions: state one of it, or none")
    return System(named.system, stated.versions or ((own,) if named.version else ()))


def _key(what: str, word: str, entries: Mapping[str, Entry]) -> str:
    if word in entries:
        return word
    folded = fold_case(word).strip()
    for key, entry in entries.items():
        names = map(fold_case, (key, *entry.names.values()))
        if folded in {*names, *entry.words, *entry.models}:
            return key
    raise BadQuery(f"unknown {what} {word[:64]!r}: {choices(word, entries)}")
