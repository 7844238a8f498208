from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kb.lexical.phrases import Phrases

PHRASES = {
    "iphone 15": "iphone 15",
    "iphone 15 pro": "iphone 15 pro",
    "wi fi": "wifi",
    "c++": "c++",
    "面容 id": "face id",
    "苹果手机": "iphone",
    "air pods": "airpods",
    "airpods": "airpods",
    "airpods 2": "airpods 2",
    "air pods 2": "airpods 2",
}


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("iphone 15 pro and iphone15", ["iphone 15 pro", "iphone 15"]),
        ("iphone-15 发烫", ["iphone 15"]),
        ("airpods 2", ["airpods 2"]),
        ("air pods2", ["airpods 2"]),
        ("air-pods", ["airpods"]),
        ("更新iphone15pro后", ["iphone 15 pro"]),
        ("iphone 150", []),
        ("iphone 15.1 更新失败", []),
        ("iphone 15. it is hot", ["iphone 15"]),
        ("myiphone 15", []),
        ("wi_fi", ["wifi"]),
        ("wifi", []),
        ("c++", ["c++"]),
        ("面容id不能用", ["face id"]),
        ("我的苹果手机坏了", ["iphone"]),
        ("", []),
    ],
)
def test_the_longest_phrase_is_found_however_it_is_spaced(text: str, meanings: list[str]) -> None:
    phrases = Phrases(PHRASES, apart=frozenset({"wifi"}), cjk="\u4e00-\u9fff")

    assert list(phrases.meanings(text)) == meanings


def test_an_empty_list_finds_nothing() -> None:
    assert not list(Phrases({}, apart=frozenset(), cjk="\u4e00-\u9fff").meanings("iphone"))


TERMS_OF_EVERY_WORD = """
from kb import vocabulary
from kb.lexical import Lexicon
from kb.wiring import VOCABULARY

words = vocabulary.load(VOCABULARY)
lexicon = Lexicon(words)
for word in sorted(words.words):
    print(word, lexicon.terms(word), lexicon.query_terms(word))
"""


def test_the_same_text_has_the_same_terms_in_every_process() -> None:
    """Sets of strings have another order in each process: none may decide what a word means."""

    def told(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", TERMS_OF_EVERY_WORD],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert "apple" in told("1")
    assert len({told(seed) for seed in ("1", "2", "3")}) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_of_phrases_that_differ_in_blanks_alone_one_that_means_another_word_tells(
    order: int,
) -> None:
    meanings = {"apple 设备": "apple 设备", "apple设备": "苹果设备"}
    phrases = Phrases(dict([*meanings.items()][::order]), apart=frozenset(), cjk="㐀-鿿")

    assert list(phrases.meanings("apple 设备 apple设备")) == ["苹果设备", "苹果设备"]
