"""The file of queries: its lines, each checked by itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from kb.errors import KbError
from kb.folding import fold

Row: TypeAlias = Mapping[str, Any]
"""A line: the keys of a query, which are texts, and whatever else it holds."""

_KEYS = ("id", "text", "lang", "area", "style", "intent")


def rows(path: Path, choices: Mapping[str, Collection[str]]) -> dict[str, Row]:
    """The lines of a JSON Lines file by id, in their order; there is at least one.

    ``choices`` are the values that some keys may have; a key that a line lacks counts as the empty
    text. Raises :class:`kb.errors.KbError` that names the file, and the line of what does not hold.
    """
    found: dict[str, Row] = {}
    for number, line in enumerate(_lines(path), start=1):
        place = f"{path}:{number}"
        row = _row(line, place)
        for key, allowed in choices.items():
            _one_of(allowed, row.get(key, ""), place, key)
        if row["id"] in found:
            raise KbError(f"{place}: a second query {row['id']!r}: ids are unique")
        found[row["id"]] = row
    return found


def _lines(path: Path) -> list[str]:
    """Cut at line feeds alone: a text may hold other characters that break lines."""
    try:
        return path.read_text("utf-8").removesuffix("\n").split("\n")
    except OSError as error:
        raise KbError(
            f"no queries in {path}: {error.strerror}; check the file out again"
        ) from error
    except UnicodeDecodeError as error:
        raise KbError(f"{path}: {error}: save it as UTF-8") from error


def _row(line: str, place: str) -> Row:
    try:
        row: Row = json.loads(line)
    except ValueError as error:
        raise KbError(f"{place}: no JSON object: {error}") from error
    for key in _KEYS:
        if not isinstance(row, dict) or not isinstance(row.get(key), str):
            raise KbError(f"{place}: no {key!r}: a query has it, a text")
    if not fold(row["text"]).strip():
        raise KbError(f"{place}: an empty text: nobody can search for it")
    return row


def _one_of(allowed: Collection[str], value: object, place: str, key: str) -> None:
    if not isinstance(value, str) or value not in allowed:
        names = ", ".join(repr(str(each)) for each in allowed)
        raise KbError(f"{place}: {key} {value!r}: one of {names}")
