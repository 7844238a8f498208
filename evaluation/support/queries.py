"""The project's own judged queries: what customers ask, and which solutions answer it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from evaluation.datasets import JudgedQuery
from evaluation.support.judgements import SOLVES, judgements
from kb.errors import KbError
from kb.folding import fold

FOLDER = Path(__file__).parent.parent / "data" / "support"
QUERIES = "queries.jsonl"

_Choice = TypeVar("_Choice", bound=StrEnum)


class Tongue(StrEnum):
    """What a query is written in."""

    ZH = "zh"
    EN = "en"
    MIXED = "mixed"
    """A Chinese sentence with English in it, or the other way round."""


class Split(StrEnum):
    """The half that a query is in."""

    DEV = "dev"
    TEST = "test"
    """Held back: see :mod:`evaluation.support.looks`."""
    UNDEALT = ""
    """In none yet: ``python -m evaluation.support.split`` deals it."""


@dataclass(frozen=True, slots=True)
class SupportQuery:
    """A query in a customer's words, with what people judged of solutions."""

    id: str
    text: str
    lang: Tongue
    area: str
    """Of the taxonomy, or ``none`` where the query is about something else altogether."""
    style: str
    """How it is told, such as ``plain`` or ``typo``."""
    split: Split
    intent: str
    """What the customer wants, in a few words."""
    grades: Mapping[str, int]
    """By solution, above 0; empty where the knowledge base has no answer."""
    useless: frozenset[str]
    """Solutions that were judged and are of no use."""

    @property
    def solutions(self) -> list[str]:
        """Those that solve it, by name."""
        return sorted(id_ for id_, grade in self.grades.items() if grade == SOLVES)

    @property
    def judged(self) -> JudgedQuery:
        """What measures and searches take."""
        return JudgedQuery(self.id, self.text, self.grades)


def development(solutions: Collection[str], folder: Path = FOLDER) -> list[SupportQuery]:
    """The half that one may look at, tune on and learn from; empty where no queries are yet.

    ``solutions`` are those of the library. Raises :class:`kb.errors.KbError` that names file and
    line of what does not hold, and where a query is in no half.
    """
    return half(Split.DEV, both_halves(solutions, folder))


def half(split: Split, queries: Collection[SupportQuery]) -> list[SupportQuery]:
    """The queries of one half, in their order; raises where one is in no half."""
    undealt = [query.id for query in queries if query.split is Split.UNDEALT]
    if undealt:
        raise KbError(
            f"{len(undealt)} queries are in no half, such as {undealt[0]!r}: "
            "run python -m evaluation.support.split"
        )
    return [query for query in queries if query.split is split]


def both_halves(solutions: Collection[str], folder: Path = FOLDER) -> list[SupportQuery]:
    """Every query, for what ranks nothing: dealing the halves, and checks of the texts.

    The same holds as for :func:`development`, but a query may be in no half.
    """
    if not (folder / QUERIES).exists():
        return []
    rows = dict(_queries(folder / QUERIES))
    judged = judgements(folder, rows, solutions)
    return [_query(row, judged[id_]) for id_, row in rows.items()]


def _query(row: Mapping[str, str], judged: Mapping[str, int]) -> SupportQuery:
    return SupportQuery(
        id=row["id"],
        text=row["text"],
        lang=Tongue(row["lang"]),
        area=row["area"],
        style=row["style"],
        split=Split(row.get("split", "")),
        intent=row["intent"],
        grades={id_: grade for id_, grade in judged.items() if grade},
        useless=frozenset(id_ for id_, grade in judged.items() if not grade),
    )


def _queries(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows by id; what is checked here need not be checked again."""
    known: set[str] = set()
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            place = f"{path}:{number}"
            row = _row(line, place)
            _one_of(Tongue, row["lang"], place, "lang")
            _one_of(Split, row.get("split", ""), place, "split")
            if row["id"] in known:
                raise KbError(f"{place}: a second query {row['id']!r}: ids are unique")
            known.add(row["id"])
            yield row["id"], row


def _row(line: str, place: str) -> dict[str, str]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise KbError(f"{place}: no JSON object: {error}") from error
    for key in ("id", "text", "lang", "area", "style", "intent"):
        if not isinstance(row, dict) or not isinstance(row.get(key), str):
            raise KbError(f"{place}: no {key!r}: a query has it, a text")
    if not fold(row["text"]).strip():
        raise KbError(f"{place}: an empty text: nobody can search for it")
    return {key: value for key, value in row.items() if isinstance(value, str)}


def _one_of(choices: type[_Choice], value: str, place: str, key: str) -> None:
    if value not in set(choices):
        names = ", ".join(repr(each.value) for each in choices)
        raise KbError(f"{place}: {key} {value!r}: one of {names}")
