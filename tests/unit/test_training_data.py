"""What the encoder is trained on: whole, distinct, and nothing that it is judged by."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.datasets import own
from evaluation.gate import QUERIES
from evaluation.support.queries import FOLDER
from kb.domain import Language
from kb.folding import fold_case, language
from training.pairs import DATA, UTTERANCES

ALIKE = 0.5
"""Share of common character triples from which two texts count as copied."""
LEAST = 8
"""Letters: shorter texts are words that anybody may ask for."""
LEVEL_1 = [
    bytes([row, cell]).decode("gb2312", "ignore")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
]
"""The 3,755 frequent characters of the national standard GB 2312."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def texts(path: Path) -> Iterator[str]:
    for row in rows(path):
        yield from (row[column] for column in ("en", "zh", "zh_too") if column in row)


def triples(text: str) -> frozenset[str]:
    bare = re.sub(r"\W", "", fold_case(text))
    return frozenset(bare[start : start + 3] for start in range(len(bare) - 2))


@pytest.mark.parametrize("name", ["sentences", "trades", "utterances", "words"])
def test_every_text_is_in_its_language_and_none_is_empty(name: str) -> None:
    for row in rows(DATA / f"{name}.tsv"):
        assert language(row["en"]) is Language.EN, row
        assert all(row[column].strip() for column in row), row
        assert language(row["zh"]) is language(row.get("zh_too", row["zh"])) is Language.ZH, row


def test_every_area_of_support_has_as_many_utterances() -> None:
    assert set(Counter(row["area"] for row in rows(UTTERANCES)).values()) == {150}
    assert len(rows(UTTERANCES)) == 1_500


def test_words_and_sentences_hold_frequent_characters_that_technical_text_lacks() -> None:
    held = Counter(
        sign
        for name in ("words", "sentences")
        for row in rows(DATA / f"{name}.tsv")
        for sign in set(row["zh"])
    )

    assert sum(held[sign] >= 4 for sign in LEVEL_1) >= 2_328


@pytest.mark.parametrize("name", ["sentences", "trades", "utterances"])
def test_none_is_there_twice(name: str) -> None:
    said = Counter(map(fold_case, texts(DATA / f"{name}.tsv")))

    assert not [text for text, times in said.items() if times > 1]


@pytest.mark.parametrize("name", ["sentences", "trades", "utterances", "words"])
def test_none_is_one_of_the_queries_that_rankings_are_judged_by(name: str) -> None:
    asked = [query.text for query in own(QUERIES)]
    asked += [
        json.loads(line)["text"]
        for line in (FOLDER / "queries.jsonl").read_text("utf-8").splitlines()
    ]
    judged = [triples(text) for text in asked if len(text) >= LEAST]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(judged):
        for triple in each:
            holders[triple].append(number)
    for text in texts(DATA / f"{name}.tsv"):
        said = triples(text)
        shared = Counter(number for triple in said for number in holders.get(triple, ()))
        copied = [judged[n] for n, many in shared.items() if many >= ALIKE * len(said | judged[n])]
        assert not copied, text
