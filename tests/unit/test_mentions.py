from __future__ import annotations

import pytest

from kb import vocabulary
from kb.mentions import Mentions, mentions
from kb.vocabulary import Vocabulary
from kb.wiring import VOCABULARY


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.load(VOCABULARY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("更新到一半报错 4013", Mentions()),
        ("手机升级到iOS18.1之后很卡", Mentions("phone", "ios", "18.1")),
        ("iPhone 15 Pro 更新 ｉＯＳ　１８ 失败", Mentions("phone", "ios", "18")),
        ("我的平板和手机都连不上", Mentions("tablet")),
        ("Watch does not pair with my MacBook, macOS 15.2", Mentions("computer", "macos", "15.2")),
        ("安卓14 手機連不上", Mentions("phone", "android", "14")),
        ("iOS 18.1.2.3 crashes", Mentions("", "ios")),
        ("iOS 1000 没反应", Mentions("", "ios")),
        ("the biosphere and machines", Mentions()),
        ("", Mentions()),
    ],
)
def test_the_first_product_and_system_that_a_text_names_are_read(
    words: Vocabulary, text: str, expected: Mentions
) -> None:
    assert mentions(text, words) == expected


def test_nothing_is_read_by_an_empty_vocabulary() -> None:
    assert mentions("iPhone, iOS 18", Vocabulary()) == Mentions()
