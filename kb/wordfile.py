"""What may stand in a vocabulary's file, each word folded and caseless."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kb import versions
from kb.folding import fold_case
from kb.spotting import GAP


def _word(text: str) -> str:
    folded = " ".join(fold_case(text).split())
    for part in folded.split(GAP):
        bare = part.strip()
        if not (bare and bare[0].isalnum() and bare[-1].isalnum()):
            raise ValueError(
                f"{text!r} is no word: begin and end it, and each part around {GAP!r}, "
                "with a letter or a digit"
            )
    return folded


def _version(text: str) -> str:
    versions.interval(text)
    return text


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error


Word = Annotated[str, AfterValidator(_word)]
Words = tuple[Word, ...]
Version = Annotated[str, AfterValidator(_version)]
Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntryIn(_Model):
    """A system, host, app or action."""

    zh: str
    en: str
    words: Words = ()


class ProductIn(EntryIn):
    """A product, its models, and the system that it runs."""

    models: Words = ()
    system: str = ""


class BuildsIn(_Model):
    """Builds of one version of systems that count alike."""

    systems: Annotated[tuple[str, ...], Field(min_length=1)]
    version: Version
    pattern: Pattern


class ErrorCodesIn(_Model):
    """A family of error codes."""

    name: str
    pattern: Pattern


class WordFile(_Model):
    """All of it; whatever is left out is empty."""

    products: dict[str, ProductIn] = {}
    systems: dict[str, EntryIn] = {}
    hosts: dict[str, EntryIn] = {}
    apps: dict[str, EntryIn] = {}
    actions: dict[str, EntryIn] = {}
    releases: dict[str, dict[Word, Version]] = {}
    """System -> word -> version."""
    builds: tuple[BuildsIn, ...] = ()
    spellings: tuple[Words, ...] = ()
    """Rows; the first word of each is the one that is indexed."""
    words: Words = ()
    error_codes: tuple[ErrorCodesIn, ...] = ()
