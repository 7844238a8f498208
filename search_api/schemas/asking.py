"""What the address of a customer's search page states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, field_validator

from kb import versions
from kb.domain import Environment, Language, Query, System
from search_api.schemas.wire import plain

MAX_CODES = 5
"""A log of many errors is told by its first ones."""
_CODE = re.compile(r"-?[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SPELT: Mapping[Language, str] = {Language.ZH: "错误代码", Language.EN: "error"}
"""How a stated code stands in the text that is searched: :mod:`kb.symptoms` reads it as one."""


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError("is no error code")
    return text


Choice = Annotated[str, StringConstraints(pattern="^([a-z][a-z0-9-]{0,39})?$")]
Code = Annotated[str, StringConstraints(max_length=64), AfterValidator(_code)]


class Asked(BaseModel):
    """A symptom, and what was chosen besides it; what is empty was not."""

    model_config = ConfigDict(frozen=True)

    q: str = ""
    product: Choice = ""
    os: str = ""
    """A system, or a system, a blank and its version: ``ios 18.1``."""
    code: tuple[Code, ...] = ()
    """Error codes that were read out of a log."""

    @field_validator("q")
    @classmethod
    def _plain(cls, text: str) -> str:
        return plain(text)

    @field_validator("os")
    @classmethod
    def _is_system(cls, text: str) -> str:
        key, _, version = text.partition(" ")
        if text and not re.fullmatch("[a-z][a-z0-9-]{0,39}", key):
            raise ValueError("is no system")
        if version:
            versions.number(version)
        return text

    @field_validator("code")
    @classmethod
    def _few(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(codes))[:MAX_CODES]

    @property
    def anything(self) -> bool:
        """Whether there is something to search for."""
        return bool(self.q or self.code)

    def query(self, lang: Language) -> Query:
        """What is searched for a reader of ``lang``."""
        spelt = [f"{_SPELT[lang]} {code}" for code in self.code]
        key, _, version = self.os.partition(" ")
        within = (versions.interval(version),) if version else ()
        environment = Environment(
            products=(self.product,) if self.product else (),
            systems=(System(key, within),) if key else (),
        )
        return Query("\n".join(filter(None, (self.q, *spelt))), environment, lang)

    def address(self, **changes: object) -> str:
        """The search page that states the same, but for these changes."""
        fields = {**self.model_dump(), **changes}
        return "/?" + urlencode({k: v for k, v in fields.items() if v}, doseq=True)
