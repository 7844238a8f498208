"""What the address of a customer's search page states."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, field_validator

from kb import versions
from kb.domain import Environment, Language, Query, System
from search_api.schemas.wire import plain

MAX_CODES = 5
"""A log of many errors is told by its first ones."""
_CODE = re.compile(r"-?[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
_CODE_CHARACTERS = 128
"""The vocabulary's longest family of codes takes 111."""
_FILTER_CHARACTERS = 64
"""No product or system is called by more."""


class Asked(BaseModel):
    """A symptom, and what was chosen besides it; what is empty was not.

    People shorten and mistype addresses: what cannot be a code is none, and
    :mod:`search_api.filters` tells which products and systems there are.
    """

    model_config = ConfigDict(frozen=True)

    q: str = ""
    product: str = ""
    os: str = ""
    """A system, or a system, a blank and its version: ``ios 18.1``."""
    code: tuple[str, ...] = ()
    """Error codes that were read out of a log, as it spells them; each once, in whatever case."""

    @field_validator("q", "product", "os")
    @classmethod
    def _plain(cls, text: str) -> str:
        return plain(text)

    @field_validator("product", "os")
    @classmethod
    def _short(cls, text: str) -> str:
        return text[:_FILTER_CHARACTERS]

    @field_validator("code")
    @classmethod
    def _few(cls, stated: tuple[str, ...]) -> tuple[str, ...]:
        codes = [each for each in stated if len(each) <= _CODE_CHARACTERS and _CODE.fullmatch(each)]
        spelt = {each.casefold(): each for each in reversed(codes)}
        return tuple(spelt[each] for each in dict.fromkeys(map(str.casefold, codes)))[:MAX_CODES]

    @property
    def anything(self) -> bool:
        """Whether there is something to search for."""
        return bool(self.q or self.code)

    def query(self, lang: Language) -> Query:
        """What is searched for a reader of ``lang``.

        Product and system must be keys of the vocabulary, see :func:`search_api.filters.known`.
        """
        key, _, version = self.os.partition(" ")
        within = (versions.interval(version),) if version else ()
        environment = Environment(
            products=(self.product,) if self.product else (),
            systems=(System(key, within),) if key else (),
        )
        return Query(self.q, environment, lang, error_codes=self.code)

    def address(self, **changes: object) -> str:
        """The search page that states the same, but for these changes."""
        fields = {**self.model_dump(), **changes}
        return "/?" + urlencode({k: v for k, v in fields.items() if v}, doseq=True)
