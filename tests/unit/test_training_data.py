"""What the encoder is trained on: whole, distinct, and nothing that it is judged by."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from evaluation.datasets import own
from evaluation.gate import QUERIES
from kb.domain import Language
from kb.folding import fold_case, language

UTTERANCES = Path(__file__).parents[2] / "training" / "data" / "utterances.tsv"
ALIKE = 0.5
"""Share of common character triples from which two texts count as copied."""


def rows() -> list[dict[str, str]]:
    with UTTERANCES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def triples(text: str) -> frozenset[str]:
    bare = re.sub(r"\W", "", fold_case(text))
    return frozenset(bare[start : start + 3] for start in range(len(bare) - 2))


def test_every_area_of_support_has_its_utterances_in_both_languages() -> None:
    assert set(Counter(row["area"] for row in rows()).values()) == {150}
    assert len(rows()) == 1_500
    for row in rows():
        assert language(row["en"]) is Language.EN
        assert {language(row["zh"]), language(row["zh_too"])} == {Language.ZH}, row


def test_no_utterance_is_there_twice() -> None:
    texts = Counter(fold_case(row[column]) for row in rows() for column in ("en", "zh", "zh_too"))

    assert not [text for text, times in texts.items() if times > 1 or not text.strip()]


def test_none_is_one_of_the_queries_that_rankings_are_judged_by() -> None:
    judged = [triples(query.text) for query in own(QUERIES)]
    for row in rows():
        for column in ("en", "zh", "zh_too"):
            said = triples(row[column])
            shared = max(len(said & each) / max(len(said | each), 1) for each in judged)
            assert shared < ALIKE, row[column]
