"""What the packaged vocabulary makes of sentences as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.lexical import Lexicon
from tests.parts import parts


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return parts(Path("unused")).lexicon


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("苹果15pm 发烫", "iphone 15 pro max"),
        ("14promax 掉漆", "iphone 14 pro max"),
        ("苹果 13p 拍照模糊", "iphone 13 pro"),
        ("爱疯打不开", "iphone"),
        ("my ipone is hot", "iphone"),
        ("第九代 iPad 充不进电", "ipad 9"),
        ("iPad 9th generation does not charge", "ipad 9"),
        ("M3 MacBook Air", "macbook air m3"),
        ("苹果手表s9 不亮", "apple watch series 9"),
        ("二手机有ID锁", "activation lock"),
        ("Activation Lock is on", "activation lock"),
        ("忘了双重驗證的手機", "two-factor authentication"),
        ("恢复出厂之后", "factory reset"),
        ("開啟飛航模式", "飞行模式"),
        ("turn flight mode on", "飞行模式"),
        ("藍芽連不上", "bluetooth"),
        ("冲电器发烫", "充电器"),
        ("win10 找不到手机", "windows 10"),
        ("the touchpad is dead", "trackpad"),
    ],
)
def test_other_words_for_a_thing_are_the_thing(lexicon: Lexicon, text: str, term: str) -> None:
    assert term in lexicon.terms(text)
    assert term in lexicon.query_terms(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("准备分享照片", "备份"),
        ("把设备分给两个人", "备份"),
        ("苹果15.6 系统", "iphone 15"),
        ("苹果15系统更新失败", "iphone 15"),
        ("苹果13寸笔记本", "iphone 13"),
        ("苹果14天无理由退货", "iphone 14"),
        ("at 3:15pm it died", "iphone 15 pro max"),
        ("iPad 10.2 英寸", "ipad 10"),
        ("我的ID锁定了", "activation lock"),
        ("黑苹果装不上", "mac"),
    ],
)
def test_what_only_looks_like_a_word_is_not_taken_for_it(
    lexicon: Lexicon, text: str, word: str
) -> None:
    assert word not in lexicon.terms(text)
