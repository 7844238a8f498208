"""What the page of a failure shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.domain import Scope
from kb.identity import Key
from search_api.wording import Words

_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Something that could not be shown, and how to go on."""

    title: str
    text: str
    again: str = ""
    """Where who signs out signs in with another key; empty where that would not help."""


def failed(status: int, headers: Mapping[str, str], words: Words) -> FailurePage:
    """What is said of a status; ``Retry-After`` tells after how many seconds to try again."""
    texts = words["failure"]
    kind = str(status)
    if f"{kind}-title" not in texts:
        kind = "other" if status >= _SERVER_ERROR else "client"
    text = texts[f"{kind}-text"].replace("{seconds}", headers.get("Retry-After", "60"))
    return FailurePage(texts[f"{kind}-title"], text)


def refused(key: Key, needed: Scope, again: str, words: Words) -> FailurePage:
    """Who is signed in, and that the page takes a key of another scope."""
    say = words["refused"]
    needs = say["needs"].replace("{scope}", words["scope"][needed])
    return FailurePage(say["title"], needs.replace("{holder}", holder(key, words)), again)


def holder(key: Key, words: Words) -> str:
    """Who is signed in, in one sentence: the key's name and what it is for."""
    text = words["refused"]["holder"].replace("{scope}", words["scope"][key.scope])
    return text.replace("{name}", key.name)
