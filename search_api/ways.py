"""How a reader came to an article, which its links keep, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kb.domain import Principal, Scope
from search_api.schemas.forms import is_id

_DESK = "desk"


@dataclass(frozen=True, slots=True)
class Way:
    """The way to an article."""

    search: str = ""
    """Id of the search that led here; empty without one."""
    desk: bool = False
    """Whether an agent came from the desk."""

    @property
    def fields(self) -> dict[str, str]:
        """What an address says of it."""
        stated = {"s": self.search, "from": _DESK if self.desk else ""}
        return {name: value for name, value in stated.items() if value}

    @property
    def query(self) -> str:
        """The same, encoded; empty where there is nothing to say."""
        return urlencode(self.fields)

    @property
    def back(self) -> str:
        """Path of the page that the reader came from; of the search page if nobody knows."""
        if not self.desk:
            return "/"
        return f"/agent?{urlencode({'s': self.search})}" if self.search else "/agent"


def way(stated: Mapping[str, str], caller: Principal) -> Way:
    """The way that an address states; only who may use the desk comes from there."""
    search = stated.get("s", "")
    desk = stated.get("from") == _DESK and Scope.AGENT in caller.scopes
    return Way(search if is_id(search) else "", desk)
