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
        ("苹果15pm 发烫", Mentions("phone")),
        ("14 pro max 发烫", Mentions("phone")),
        ("肾机白苹果了", Mentions("phone")),
        ("苹果13寸笔记本", Mentions("computer")),
        ("白苹果怎么办", Mentions()),
        ("黑苹果装不上", Mentions()),
        ("at 3:15pm it died", Mentions()),
        ("Watch Series 9 is dead", Mentions("watch")),
        ("M3 MacBook Air", Mentions("computer")),
        ("iOS 18.1.2.3 crashes", Mentions("", "ios")),
        ("iOS 1000 没反应", Mentions("", "ios")),
        ("the biosphere and machines", Mentions()),
        ("macOS 系统版本 15.2。之后打印机没反应", Mentions("", "macos", "15.2")),
        ("", Mentions()),
    ],
)
def test_the_first_product_and_system_that_a_text_names_are_read(
    words: Vocabulary, text: str, expected: Mentions
) -> None:
    assert mentions(text, words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("升级 Sequoia 之后打印机没反应", Mentions("", "macos", "15")),
        ("my printer is gone since Big Sur", Mentions("", "macos", "11")),
        ("ventura 13.2 很卡", Mentions("", "macos", "13.2")),
        ("Sequoia 3 次都装不上", Mentions("", "macos", "15")),
        ("Mac OS X Lion 打不开 App Store", Mentions("computer", "macos", "10.7")),
        ("macOS 更新到 Tahoe 以后发烫", Mentions("", "macos", "26")),
        ("Win10 22H2 上 iTunes 打不开", Mentions("", "windows", "10")),
        ("iTunes crashes since 24H2", Mentions("", "windows", "11")),
        ("Windows 11 24H2", Mentions("", "windows", "11")),
        ("22H2 以后打不开", Mentions("", "windows", "")),
        ("动物园的 lion 照片打不开", Mentions()),
        ("photos from my Yosemite trip", Mentions()),
        ("在 Monterey 拍的照片不见了", Mentions()),
        ("Yosemite 10.10.5 is slow", Mentions("", "macos", "10.10.5")),
        ("upgraded to Monterey, no sound", Mentions("", "macos", "12")),
        ("I win 10,000 dollars", Mentions()),
        ("did I win 10 dollars", Mentions()),
        ("win 10 打不开", Mentions("", "windows", "10")),
        ("iOS 3 次都装不上", Mentions("", "ios")),
        ("苹果系统 3 天前更新", Mentions("", "ios")),
        ("iOS 18 个人热点连不上", Mentions("", "ios", "18")),
        ("iOS 18 天气打不开", Mentions("", "ios", "18")),
    ],
)
def test_a_release_names_its_system_and_version(
    words: Vocabulary, text: str, expected: Mentions
) -> None:
    assert mentions(text, words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("版本 22A3354 很卡", Mentions("", "ios", "18.0")),
        ("苹果手机 22H20 掉电快", Mentions("phone", "ios", "18")),
        ("iPad on 21F79", Mentions("tablet", "ipados", "17")),
        ("MacBook on 21F79", Mentions("computer", "macos", "12")),
        ("macOS 21F79", Mentions("", "macos", "12")),
        ("21F79 卡住", Mentions()),
        ("手表版本 22R350", Mentions("watch", "watchos", "11")),
        ("系统 26100.4349 找不到手机", Mentions("phone", "windows", "11")),
        ("26100 元", Mentions()),
        ("iPhone 15 充电 20w", Mentions("phone")),
    ],
)
def test_a_build_tells_the_version_where_only_one_system_fits(
    words: Vocabulary, text: str, expected: Mentions
) -> None:
    assert mentions(text, words) == expected


def test_nothing_is_read_by_an_empty_vocabulary() -> None:
    assert mentions("iPhone, iOS 18", Vocabulary()) == Mentions()
