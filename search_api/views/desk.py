"""Who reads the agent's page, and how."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain import Language, Visibility
from search_api.casework import Casework
from search_api.ways import Way
from search_api.wording import Words


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads the page, how, and of which case."""

    actor: str
    lang: Language
    words: Words
    visible: Visibility
    case: Casework
    way: Way
    """What the links to articles tell of it."""
