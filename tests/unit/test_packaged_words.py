"""What the packaged vocabulary makes of sentences as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import vocabulary
from kb.lexical import Lexicon
from kb.lexical.plurals import plurals
from kb.wiring import VOCABULARY
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
        ("warranties", "warranty"),
        ("two wallpapers", "壁纸"),
        ("清理内存储存空间", "储存空间"),
        ("还在保固期", "warranty"),
        ("打开家庭共享", "home sharing"),
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
        ("如果机器打不开", "iphone"),
        ("结果机子黑屏", "iphone"),
        ("请确保固件是最新的", "warranty"),
        ("确保修改了密码", "warranty"),
        ("怎么启动台式电脑", "launchpad"),
        ("配置锁屏密码", "监管锁"),
        ("苹果本身没问题", "苹果本"),
        ("我的ID锁死了", "activation lock"),
        ("家庭共享看不到电脑", "family sharing"),
        ("双重启动进不去", "重新启动"),
        ("手机严重启动不了", "重新启动"),
        ("充电线圈坏了", "数据线"),
        ("手机发热点不开软件", "hotspot"),
        ("手接触屏幕没反应", "触摸屏"),
        ("换个网路由器", "网络"),
    ],
)
def test_what_only_looks_like_a_word_is_not_taken_for_it(
    lexicon: Lexicon, text: str, word: str
) -> None:
    assert word not in lexicon.terms(text)


def test_the_plural_of_a_listed_english_word_is_that_word(lexicon: Lexicon) -> None:
    many = plurals(vocabulary.load(VOCABULARY))

    parted = [
        (plural, word)
        for plural, word in many.items()
        if word not in lexicon.terms(plural) or word not in lexicon.query_terms(plural)
    ]

    assert many["warranties"] == "warranty"
    assert parted == []
