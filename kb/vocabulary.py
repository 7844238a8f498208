"""The field's own words: products, systems, hosts, apps, spellings and families of error codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from kb import yaml_text
from kb.domain import Language
from kb.errors import BadVocabulary
from kb.folding import fold_case


@dataclass(frozen=True, slots=True)
class Entry:
    """One product, system, host or app; ``words`` and ``models`` are folded and caseless."""

    names: Mapping[Language, str]
    """What it is called on pages."""
    words: tuple[str, ...]
    """What people call it."""
    models: tuple[str, ...] = ()
    """Names of its models, which count as words of it too."""


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
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Other spelling -> the one that is indexed."""
    words: frozenset[str] = frozenset()
    """Words that are neither stemmed nor cut: those of all entries and all spellings, and more."""
    error_codes: tuple[ErrorCodes, ...] = ()
    fingerprint: str = ""
    """16 hex digits over the file: another vocabulary makes other terms."""


def load(path: Path) -> Vocabulary:
    """The vocabulary of a file.

    Raises:
        BadVocabulary: naming file, line, key and reason; no such file, no YAML, an unknown key, a
            word that is empty, means two things or stands for two keys, a pattern that is none.
    """
    try:
        raw = path.read_bytes()
        loaded = yaml_text.load(raw.decode("utf-8-sig"))
    except yaml_text.YamlError as error:
        raise BadVocabulary(f"{path}:{error.line}: {error.reason}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadVocabulary(f"{path}: cannot be read as UTF-8 text: {error}") from error
    try:
        read = _Vocabulary.model_validate(loaded.value or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        line = loaded.line(*first["loc"])
        raise BadVocabulary(f"{path}:{line}: {key}: {first['msg']}") from error
    return _vocabulary(read, path, blake2b(raw, digest_size=8).hexdigest())


def _word(text: str) -> str:
    if folded := " ".join(fold_case(text).split()):
        return folded
    raise ValueError("a word without any letter")


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error


_Word = Annotated[str, AfterValidator(_word)]
_Words = tuple[_Word, ...]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Entry(_Model):
    zh: str
    en: str
    words: _Words = ()
    models: _Words = ()

    def entry(self) -> Entry:
        return Entry({Language.ZH: self.zh, Language.EN: self.en}, self.words, self.models)


class _ErrorCodes(_Model):
    name: str
    pattern: Annotated[re.Pattern[str], BeforeValidator(_pattern)]


class _Vocabulary(_Model):
    products: dict[str, _Entry] = {}
    systems: dict[str, _Entry] = {}
    hosts: dict[str, _Entry] = {}
    apps: dict[str, _Entry] = {}
    spellings: tuple[_Words, ...] = ()
    words: _Words = ()
    error_codes: tuple[_ErrorCodes, ...] = ()


def _vocabulary(read: _Vocabulary, path: Path, fingerprint: str) -> Vocabulary:
    products, systems, hosts, apps = groups = [
        {key: each.entry() for key, each in group.items()}
        for group in (read.products, read.systems, read.hosts, read.apps)
    ]
    for group in groups:
        _unique([(word, key) for key, each in group.items() for word in _names(each)], path)
    spellings = [(other, row[0]) for row in read.spellings for other in row]
    meanings = _unique(spellings, path)
    named = (_names(each) for group in groups for each in group.values())
    return Vocabulary(
        products=products,
        systems=systems,
        hosts=hosts,
        apps=apps,
        spellings={other: word for other, word in meanings.items() if other != word},
        words=frozenset(chain(read.words, meanings, *named)),
        error_codes=tuple(ErrorCodes(each.name, each.pattern) for each in read.error_codes),
        fingerprint=fingerprint,
    )


def _names(entry: Entry) -> Sequence[str]:
    return (*entry.words, *entry.models)


def _unique(meanings: Iterable[tuple[str, str]], path: Path) -> dict[str, str]:
    """Word -> what it means; raises :class:`BadVocabulary` when that is not one thing."""
    known: dict[str, str] = {}
    for word, meaning in meanings:
        if known.setdefault(word, meaning) != meaning:
            reason = f"{word!r} stands for {known[word]!r} and for {meaning!r}: keep one of them"
            raise BadVocabulary(f"{path}: {reason}")
    return known
