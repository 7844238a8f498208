"""What pages say, in every language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from kb.domain import Language

Words = Mapping[str, Mapping[str, str]]
"""The words of one language, by place and name."""

_FOLDER = Path(__file__).parent / "words"


def words(lang: Language) -> Words:
    """The words of one language, as they stand in its file."""
    read: Words = tomllib.loads((_FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))
    return read
