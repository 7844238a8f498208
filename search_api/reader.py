"""The language that a person reads pages in."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from kb.domain import Language
from search_api.negotiation import preferred


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who reads pages."""

    lang: Language
    chosen: bool
    """Whether the address states the language."""


def reader(request: Request) -> Reader:
    """Who reads what was chosen in the address, else in the cookie, else in the browser."""
    stated = request.query_params.get("lang")
    for lang in (stated, request.cookies.get("lang")):
        if lang in set(Language):
            return Reader(Language(lang), chosen=lang == stated)
    accepted = preferred(request.headers.get("accept-language", ""), tuple(Language))
    return Reader(Language(accepted), chosen=False)
