"""The field's own words: products, systems and their releases, actions, spellings, error codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from kb import yaml_text
from kb.domain import Language
from kb.errors import BadVocabulary
from kb.wordfile import EntryIn, ErrorCodesIn, ProductIn, WordFile


@dataclass(frozen=True, slots=True)
class Entry:
    """One product, system, host, app or action; its words and models are folded and caseless."""

    names: Mapping[Language, str]
    """What it is called on pages."""
    words: tuple[str, ...]
    """What people call it, in whatever spelling."""
    models: tuple[str, ...] = ()
    """Names of its models, which count as words of it too."""
    system: str = ""
    """The key of the system that a product runs; empty if it is not known by the product alone."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of a system."""

    system: str
    """A key of the vocabulary."""
    version: str = ""
    """As :func:`kb.versions.interval` reads it; empty = any."""

    def __str__(self) -> str:
        return f"{self.system} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Builds:
    """Builds of one version; the pattern matches a whole one, folded and caseless."""

    systems: tuple[str, ...]
    """Those that count them alike: keys of the vocabulary, the likeliest first."""
    version: str
    pattern: re.Pattern[str]

    @property
    def parts(self) -> int:
        """How exact the version is: 1 for ``18``, 2 for ``18.0``."""
        return self.version.count(".") + 1


@dataclass(frozen=True, slots=True)
class ErrorCodes:
    """A family of error codes; the pattern matches a whole code, folded and caseless."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it, by key in the order of the file; its words are folded and caseless."""

    products: Mapping[str, Entry] = field(default_factory=dict)
    systems: Mapping[str, Entry] = field(default_factory=dict)
    hosts: Mapping[str, Entry] = field(default_factory=dict)
    apps: Mapping[str, Entry] = field(default_factory=dict)
    actions: Mapping[str, Entry] = field(default_factory=dict)
    """What people try. Their words are no terms: a verb is read, not looked up whole."""
    product_of: Mapping[str, str] = field(default_factory=dict)
    """Word or model -> the key of the product."""
    action_of: Mapping[str, str] = field(default_factory=dict)
    """Word -> the key of the action; ``...`` in a word stands for a few characters."""
    releases: Mapping[str, Release] = field(default_factory=dict)
    """Word -> what it names: ``sequoia``, ``24h2``; the word of a system, any version of it."""
    builds: tuple[Builds, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Other spelling -> the one that is indexed."""
    words: frozenset[str] = frozenset()
    """Words that are neither stemmed nor cut: those of entries, releases, spellings, and more."""
    error_codes: tuple[ErrorCodes, ...] = ()
    fingerprint: str = ""
    """16 hex digits over what terms are made of: words, spellings, error codes. Another action,
    name or build leaves it, so that the index is not built anew for them."""


def load(path: Path) -> Vocabulary:
    """The vocabulary of a file.

    Raises:
        BadVocabulary: naming file, line, key and reason; no such file, no YAML, an unknown key, a
            word that is empty, means two things or stands for two keys, a pattern or version that
            is none, a system that there is not.
    """
    try:
        loaded = yaml_text.load(path.read_bytes().decode("utf-8-sig"))
    except yaml_text.YamlError as error:
        raise BadVocabulary(f"{path}:{error.line}: {error.reason}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadVocabulary(f"{path}: cannot be read as UTF-8 text: {error}") from error
    try:
        read = WordFile.model_validate(loaded.value or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        line = loaded.line(*first["loc"])
        raise BadVocabulary(f"{path}:{line}: {key}: {first['msg']}") from error
    return _vocabulary(read, path)


def _vocabulary(read: WordFile, path: Path) -> Vocabulary:
    _of_known_systems(read, path)
    meanings = _unique(((other, row[0]) for row in read.spellings for other in row), path)
    alike: dict[str, list[str]] = {}
    for other, word in meanings.items():
        alike.setdefault(word, []).append(other)
    products, systems, hosts, apps, actions = groups = [
        {key: _entry(each, alike) for key, each in group.items()}
        for group in (read.products, read.systems, read.hosts, read.apps, read.actions)
    ]
    product_of, *_, action_of = (_unique(_keys(group), path) for group in groups)
    releases = _unique(_releases(read, systems), path)
    things = (products, systems, hosts, apps)
    named = (_names(each) for group in things for each in group.values())
    spellings = {other: word for other, word in meanings.items() if other != word}
    words = frozenset(chain(read.words, meanings, releases, *named))
    return Vocabulary(
        products=products,
        systems=systems,
        hosts=hosts,
        apps=apps,
        actions=actions,
        product_of=product_of,
        action_of=action_of,
        releases=releases,
        builds=tuple(Builds(each.systems, each.version, each.pattern) for each in read.builds),
        spellings=spellings,
        words=words,
        error_codes=tuple(ErrorCodes(each.name, each.pattern) for each in read.error_codes),
        fingerprint=_fingerprint(spellings, words, read.error_codes),
    )


def _fingerprint(
    spellings: Mapping[str, str], words: Iterable[str], codes: Iterable[ErrorCodesIn]
) -> str:
    parts = (
        sorted(f"{other}={word}" for other, word in spellings.items()),
        sorted(words),
        [each.pattern.pattern for each in codes],
    )
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _keys(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    return ((word, key) for key, each in entries.items() for word in _names(each))


def _entry(read: EntryIn, alike: Mapping[str, Sequence[str]]) -> Entry:
    """Whatever is spelt another way than a word of it is a word of it too."""
    product = read if isinstance(read, ProductIn) else None
    models = product.models if product else ()
    others = (other for word in (*read.words, *models) for other in alike.get(word, ()))
    words = (word for word in dict.fromkeys((*read.words, *others)) if word not in models)
    names = {Language.ZH: read.zh, Language.EN: read.en}
    return Entry(names, tuple(words), models, product.system if product else "")


def _names(entry: Entry) -> Sequence[str]:
    return (*entry.words, *entry.models)


_Meaning = TypeVar("_Meaning", str, Release)


def _releases(read: WordFile, systems: Mapping[str, Entry]) -> Iterator[tuple[str, Release]]:
    for key, entry in systems.items():
        yield from ((word, Release(key)) for word in entry.words)
    for key, named in read.releases.items():
        yield from ((word, Release(key, version)) for word, version in named.items())


def _of_known_systems(read: WordFile, path: Path) -> None:
    """Raise :class:`BadVocabulary` for a system that is named somewhere, but is none."""
    run = (each.system for each in read.products.values() if each.system)
    built = (key for each in read.builds for key in each.systems)
    for key in chain(run, read.releases, built):
        if key not in read.systems:
            known = ", ".join(read.systems)
            raise BadVocabulary(f"{path}: no system {key!r}: name one of {known}")


def _unique(meanings: Iterable[tuple[str, _Meaning]], path: Path) -> dict[str, _Meaning]:
    """Word -> what it means; raises :class:`BadVocabulary` when that is not one thing."""
    known: dict[str, _Meaning] = {}
    for word, meaning in meanings:
        if (first := known.setdefault(word, meaning)) != meaning:
            reason = f"{word!r} stands for '{first}' and for '{meaning}': keep one of them"
            raise BadVocabulary(f"{path}: {reason}")
    return known
