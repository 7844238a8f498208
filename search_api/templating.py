"""Pages from templates: the one door of Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kb.domain import Language, Principal, Scope
from search_api.reader import Reader, reader
from search_api.wording import Words, words

_FOLDER = Path(__file__).parent / "templates"
_COOKIE_DAYS = 365


class Templates:
    """The templates, and the words of all languages, read once."""

    def __init__(self) -> None:
        self._words = {lang: words(lang) for lang in Language}
        self._jinja = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def words(self, lang: Language) -> Words:
        """What pages say in a language."""
        return self._words[lang]

    def text(self, name: str, context: Mapping[str, object]) -> str:
        """A template filled in."""
        return self._jinja.get_template(name).render(context)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one reader."""

    templates: Templates
    reader: Reader
    token: str = ""
    """What the forms of the page must hold, see :mod:`search_api.csrf`."""
    desks: tuple[Scope, ...] = ()
    """Whose pages the reader may use besides the customer's."""

    @property
    def words(self) -> Words:
        """The words of the reader's language."""
        return self.templates.words(self.reader.lang)

    def response(self, name: str, page: object, switch: Mapping[Language, str]) -> HTMLResponse:
        """A page in the reader's language; ``switch`` holds the address that chooses each one.

        A language that was chosen in the address is kept in a cookie.
        """
        lang = self.reader.lang
        context: dict[str, object] = {
            "page": page,
            "words": self.words,
            "lang": lang,
            "switch": switch,
        }
        context |= {"token": self.token, "desks": self.desks}
        text = self.templates.text(name, context)
        response = HTMLResponse(text, headers={"Vary": "Accept, Accept-Language, Cookie"})
        if self.reader.chosen:
            response.set_cookie("lang", lang, _COOKIE_DAYS * 86400, httponly=True, samesite="lax")
        return response


def pages(request: Request, token: str = "", desks: tuple[Scope, ...] = ()) -> Pages:
    """The pages of whoever sent a request."""
    return Pages(request.state.templates, reader(request), token, desks)


def desks(principal: Principal) -> tuple[Scope, ...]:
    """Whose pages a principal may use besides the customer's."""
    return tuple(each for each in (Scope.AGENT, Scope.WRITER) if each in principal.scopes)
