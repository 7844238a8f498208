"""What the customer's search page shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.domain import Answer, Language, Solution
from kb.knowledge_base import Found
from kb.mentions import Mentions
from kb.search import SYMPTOM_CHARACTERS
from kb.vocabulary import Entry, Vocabulary
from search_api.body_limit import LOG_BYTES
from search_api.schemas.asking import Asked
from search_api.views.cards import Card, card
from search_api.wording import Words

STATED_SHOWN = 40
"""Characters of a filter that there is not: enough to know it again."""
LOOSE = 3
"""Solutions that are shown although none is about the symptom, at most."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was stated, or could be; its address takes it away, or adds it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The search field and, once something was asked, what was found."""

    asked: Asked
    title: str
    """Tells what the page shows."""
    products: tuple[Option, ...]
    systems: tuple[Option, ...]
    stated: tuple[Chip, ...]
    codes: tuple[Chip, ...]
    """Read out of a log and searched for; nothing is left out by them."""
    offered: tuple[Chip, ...]
    """Read out of the symptom; nothing is left out by them until they are stated."""
    ignored: str = ""
    """Which of the stated filters there are not, in the reader's words."""
    flaw: str = ""
    """What keeps the query from being answered, in the reader's words."""
    log_flaw: str = ""
    """What is wrong with the pasted log, likewise."""
    log: str = ""
    """The log, where something is wrong with it."""
    unmentioned: str = ""
    """Which codes of a log none of the solutions speaks of, likewise."""
    cards: tuple[Card, ...] | None = None
    """``None`` = nothing was asked yet."""
    fits: bool = False
    """Whether they speak of the symptom; otherwise they share hardly more than a syllable."""
    longest: int = SYMPTOM_CHARACTERS
    """Characters that the field takes."""
    longest_log: int = LOG_BYTES


def asking(
    asked: Asked, vocabulary: Vocabulary, read: Mentions, words: Words, lang: Language
) -> SearchPage:
    """The page before anything is found; ``read`` is what the symptom mentions."""
    names = Names(vocabulary, words, lang)
    key, _, _ = asked.os.partition(" ")
    systems = _options(vocabulary.systems, asked.os, lang)
    typed = () if key == asked.os else (Option(asked.os, names.system(asked.os), chosen=True),)
    return SearchPage(
        asked,
        title=words["search"]["title"],
        products=_options(vocabulary.products, asked.product, lang),
        systems=(*typed, *systems),
        stated=tuple(_stated(asked, names)),
        codes=tuple(_codes(asked, names)),
        offered=tuple(_offered(asked, read, names)),
    )


def ignoring(page: SearchPage, stated: Sequence[str], words: Words) -> SearchPage:
    """The page, saying which stated filters there are not; none = the same page."""
    if not stated:
        return page
    values = words["site"]["comma"].join(each[:STATED_SHOWN] for each in stated)
    return replace(page, ignored=words["filter"]["ignored"].replace("{values}", values))


def shown(answer: Answer) -> tuple[Solution, ...]:
    """Those of an answer's solutions that the page shows.

    Where none holds a word of the symptom, :data:`LOOSE` at most, which are called what they are.
    """
    return answer.solutions if answer.matched else answer.solutions[:LOOSE]


def answered(
    page: SearchPage, found: Found, unmentioned: Sequence[str], words: Words
) -> SearchPage:
    """The page with what was found; links tell the search that they come from.

    ``unmentioned`` are the codes that no solution of the page speaks of.
    """
    answer, query = found.answer, f"s={found.search}" if found.search else ""
    fits = answer.matched and bool(answer.solutions)
    cards = tuple(card(each, answer.lang, words, query=query) for each in shown(answer))
    codes = words["site"]["comma"].join(unmentioned)
    told = words["log"]["unmentioned"].replace("{codes}", codes) if codes else ""
    title = words["search"]["found" if fits else "empty-title"]
    return replace(page, title=title, cards=cards, fits=fits, unmentioned=told)


@dataclass(frozen=True, slots=True)
class Names:
    """What the vocabulary's keys are called on pages; an unknown key is called by itself."""

    vocabulary: Vocabulary
    words: Words
    lang: Language

    def product(self, key: str) -> str:
        """A product's name."""
        entry = self.vocabulary.products.get(key)
        return entry.names[self.lang] if entry else key

    def system(self, stated: str) -> str:
        """The name of a system, with the version that may stand behind its key."""
        key, _, version = stated.partition(" ")
        entry = self.vocabulary.systems.get(key)
        return " ".join(filter(None, (entry.names[self.lang] if entry else key, version)))

    def code(self, code: str) -> str:
        """An error code's label."""
        return self.words["filter"]["code"].replace("{code}", code)


def _options(entries: Mapping[str, Entry], chosen: str, lang: Language) -> tuple[Option, ...]:
    return tuple(Option(key, each.names[lang], key == chosen) for key, each in entries.items())


def _stated(asked: Asked, names: Names) -> Iterator[Chip]:
    if asked.product:
        yield Chip(names.product(asked.product), asked.address(product=""))
    if asked.os:
        yield Chip(names.system(asked.os), asked.address(os=""))


def _codes(asked: Asked, names: Names) -> Iterator[Chip]:
    for code in asked.code:
        yield Chip(names.code(code), asked.address(code=_without(asked.code, code)))


def _without(codes: Sequence[str], gone: str) -> tuple[str, ...]:
    return tuple(code for code in codes if code != gone)


def _offered(asked: Asked, read: Mentions, names: Names) -> Iterator[Chip]:
    if read.product and not asked.product:
        yield Chip(names.product(read.product), asked.address(product=read.product))
    if read.system and not asked.os:
        stated = f"{read.system} {read.version}".strip()
        yield Chip(names.system(stated), asked.address(os=stated))
