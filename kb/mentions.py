"""What a symptom's text mentions of the vocabulary: the product and the system it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.environments import narrowed
from kb.folding import fold_case
from kb.spotting import Spotted, spotted
from kb.units import COUNTED
from kb.vocabulary import Release, Vocabulary

_VERSION = re.compile(
    r"(?:\s|系统|版本|version){0,4}"
    rf"([0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{0,2}})(?![0-9a-z]|\.[0-9]|,[0-9]{{3}}|{COUNTED})"
)
"""Right behind a system's word, unless it counts something (``iOS 3 次都装不上``)."""
_COUNTED = re.compile(COUNTED)
_SYSTEM_TALK = re.compile(
    r"(?<![a-z])(?:i?macs?(?![a-z])|macos|macbook|os ?x|updat|upgrad|install|downgrad"
    r"|system|version)|系统|电脑|笔记本|升级|更新|升到|升了|装|降级|降到|版本"
)
_BESIDE = 24
"""Characters before and after a release's name in which talk of systems tells that it is meant: a
clause, chosen by hand."""
_JUST_BEFORE = ("since ", "running ")
_BUILD = re.compile(
    r"(?<![a-z0-9.])(?:[0-9]{2}[a-z][0-9]{2,5}[a-z]?|[0-9]{5}\.[0-9]{1,5})(?![a-z0-9])"
)
"""What a build looks like: ``22A3354``, ``26100.4349``."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The first product and the first system that a text names; what it does not name is empty."""

    product: str = ""
    """A key of the vocabulary, as is the system."""
    system: str = ""
    version: str = ""
    """The first that is told of the system: as it is written behind its word, ``18.1``, or what a
    release's name (``Sequoia``) or a build (``22A3354``) stands for."""


def mentions(text: str, vocabulary: Vocabulary) -> Mentions:
    """What a text names; the longest word wins where several begin (``iphone 15 pro``).

    Several systems have builds of one form: of those, the system that is named counts, or else the
    product's own. A guess for a person to confirm: it never filters by itself.
    """
    folded = fold_case(text)
    called = next(spotted(folded, tuple(vocabulary.product_of)), None)
    product = vocabulary.product_of[called.word] if called else ""
    told = [*_named(folded, vocabulary)]
    runs = vocabulary.products[product].system if product else ""
    told += _built(folded, vocabulary, told[0].system if told else runs)
    system = told[0].system if told else ""
    of_it = (each.version for each in told if each.system == system)
    return Mentions(product, system, next(filter(None, of_it), ""))


def _named(folded: str, vocabulary: Vocabulary) -> Iterator[Release]:
    """Each system that is named, or named by a release, and the version that is told of it."""
    for found in spotted(folded, tuple(vocabulary.releases)):
        release = vocabulary.releases[found.word]
        behind = _VERSION.match(folded, found.end)
        told = narrowed(release, behind[1]) if behind else None
        if told or not release.version or _meant(folded, found):
            yield told or release


def _meant(folded: str, found: Spotted) -> bool:
    """Whether a release is meant, no place (``my Yosemite trip``) or sum (``I win 10 dollars``)."""
    if found.word[-1].isdigit():
        return not _COUNTED.match(folded, found.end)
    beside = folded[max(0, found.start - _BESIDE) : found.end + _BESIDE]
    return bool(_SYSTEM_TALK.search(beside)) or folded.endswith(_JUST_BEFORE, 0, found.start)


def _built(folded: str, vocabulary: Vocabulary, system: str) -> Iterator[Release]:
    for build in _BUILD.findall(folded):
        fitting = [each for each in vocabulary.builds if each.pattern.fullmatch(build)]
        own = [each for each in fitting if system in each.systems]
        most = max((each.parts for each in own or fitting), default=0)
        exact = [each for each in own or fitting if each.parts == most]
        if len(exact) == 1:
            yield Release(system if own else exact[0].systems[0], exact[0].version)
