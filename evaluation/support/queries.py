"""The project's own judged queries: symptoms as customers might tell them, and what solves them.

Language models wrote and judged them: see ``README.md`` beside the data.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evaluation.datasets import JudgedQuery
from evaluation.support.judgements import SOLVES, judgements
from evaluation.support.rows import Row, rows
from kb import taxonomy
from kb.errors import KbError
from kb.wiring import TAXONOMY

FOLDER = Path(__file__).parent.parent / "data" / "support"
QUERIES = "queries.jsonl"
ELSEWHERE = "none"
"""The area of queries about something else altogether."""


class Tongue(StrEnum):
    """What a query is written in."""

    ZH = "zh"
    EN = "en"
    MIXED = "mixed"
    """A Chinese sentence with English in it, or the other way round."""


class Style(StrEnum):
    """How a query is told."""

    PLAIN = "plain"
    COLLOQUIAL = "colloquial"
    TYPO = "typo"
    HOMOPHONE = "homophone"
    """With characters or words that sound alike."""
    DIALECT = "dialect"
    TRADITIONAL = "traditional"
    """In Traditional characters."""
    VOICE = "voice"
    """As dictated: without signs, with filler words."""
    PASTED_ERROR = "pasted-error"
    ONE_WORD = "one-word"
    LONG_CHAT = "long-chat"
    """Much beside the matter."""
    SEVERAL = "several"
    """Several symptoms at once."""
    TRIED = "tried"
    """With the steps that were tried already."""
    WRONG_TERM = "wrong-term"
    """A wrong word for the right thing."""


class Split(StrEnum):
    """The half that a query is in."""

    DEV = "dev"
    TEST = "test"
    """Held back: see :mod:`evaluation.support.looks`."""
    UNDEALT = ""
    """In none yet: ``python -m evaluation.support.split`` deals it."""


@dataclass(frozen=True, slots=True)
class SupportQuery:
    """A query as a customer might tell it, with what was judged of solutions."""

    id: str
    text: str
    lang: Tongue
    area: str
    """Of the taxonomy, or :data:`ELSEWHERE`."""
    style: Style
    split: Split
    intent: str
    """What is wanted, in a few words."""
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
    """The half that one may look at, tune on and learn from.

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
    return joined(written_rows(folder), solutions, folder)


def written_rows(folder: Path = FOLDER) -> dict[str, Row]:
    """Every line of the file by id, whole: for what writes it anew.

    Raises :class:`kb.errors.KbError` that names file and line of what does not hold.
    """
    areas = taxonomy.load(TAXONOMY).areas
    choices = {"lang": [*Tongue], "style": [*Style], "split": [*Split], "area": [*areas, ELSEWHERE]}
    return rows(folder / QUERIES, choices)


def joined(
    lines: Mapping[str, Row], solutions: Collection[str], folder: Path = FOLDER
) -> list[SupportQuery]:
    """The queries of those lines, with what was judged of them; see :func:`both_halves`."""
    judged = judgements(folder, lines, solutions)
    return [_query(row, judged[id_]) for id_, row in lines.items()]


def _query(row: Row, judged: Mapping[str, int]) -> SupportQuery:
    return SupportQuery(
        id=row["id"],
        text=row["text"],
        lang=Tongue(row["lang"]),
        area=row["area"],
        style=Style(row["style"]),
        split=Split(row.get("split", "")),
        intent=row["intent"],
        grades={id_: grade for id_, grade in judged.items() if grade},
        useless=frozenset(id_ for id_, grade in judged.items() if not grade),
    )
