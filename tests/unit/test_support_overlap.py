from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation import corpus
from evaluation.datasets import Document
from evaluation.support.overlap import Overlap, copied, overlap, overlaps, phrases, table
from evaluation.support.queries import Tongue
from kb.domain import Article, Language
from tests.judged import asked


def article(*symptoms: str, lang: Language = Language.ZH) -> Article:
    bare = corpus.article(Document("printer", "标题", "正文"), lang)
    return replace(bare, symptoms=symptoms)


LIBRARY = [
    article("打印机显示脱机", "更新到一半报错 4013"),
    article("the printer says it is offline", lang=Language.EN),
]


@pytest.mark.parametrize(
    ("text", "run", "grams"),
    [
        ("打印机显示脱机", 1.0, 1.0),
        ("打印机显示脱机，怎么办", 7 / 10, 4 / 7),
        ("打印機顯示脫機", 1.0, 1.0),
        ("屏幕全黑", 0.0, 0.0),
        ("脱机", 1.0, 0.0),
        ("打印机4013", 4 / 7, 1 / 4),
        ("！？", 0.0, 0.0),
    ],
)
def test_chinese_is_compared_by_its_characters(text: str, run: float, grams: float) -> None:
    assert overlap(text, phrases(LIBRARY, english=False)) == Overlap(run, grams)


@pytest.mark.parametrize(
    ("text", "run", "grams"),
    [
        ("The printer says: it is OFFLINE!", 1.0, 1.0),
        ("my printer says it is broken now", 4 / 7, 2 / 5),
        ("prints are off", 0.0, 0.0),
        ("is it offline", 1 / 3, 0.0),
    ],
)
def test_english_is_compared_by_its_words(text: str, run: float, grams: float) -> None:
    assert overlap(text, phrases(LIBRARY, english=True)) == Overlap(run, grams)


def test_what_two_phrases_hold_is_not_added_up() -> None:
    apart = [article("打印机脱机", "报错4013")]
    joined = [article("打印机脱机报错4013")]

    text = "打印机脱机报错4013"

    assert overlap(text, phrases(apart, english=False)).grams < 0.5
    assert overlap(text, phrases(joined, english=False)).grams == 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("打印机，显示脱机。", True), ("打印机显示", False), ("机显示脱机", False)],
)
def test_a_query_is_copied_only_if_it_is_a_whole_phrase(text: str, *, expected: bool) -> None:
    assert copied(text, phrases(LIBRARY, english=False)) is expected


def test_the_table_tells_each_language_that_was_asked_in() -> None:
    queries = [
        asked("q1", "打印机显示脱机"),
        asked("q2", "屏幕全黑了"),
        asked("q3", "the printer says nothing", lang=Tongue.EN),
    ]

    printed = table(overlaps(queries, LIBRARY))

    assert "| zh | 2 | longest piece | 0.00 | 1.00 | 1.00 |" in printed
    assert "| en | 1 | pieces of 3 words | 0.50 | 0.50 | 0.50 |" in printed
    assert not any(line.startswith("| mixed") for line in printed)
