from __future__ import annotations

import pytest

from kb.lexical.phrases import Phrases

PHRASES = {
    "iphone 15": "iphone 15",
    "iphone 15 pro": "iphone 15 pro",
    "wi fi": "wifi",
    "c++": "c++",
    "面容 id": "face id",
    "苹果手机": "iphone",
}


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("iphone 15 pro and iphone15", ["iphone 15 pro", "iphone 15"]),
        ("iphone-15 发烫", ["iphone 15"]),
        ("更新iphone15pro后", ["iphone 15 pro"]),
        ("iphone 150", []),
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
