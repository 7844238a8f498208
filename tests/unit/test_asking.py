from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from kb import vocabulary
from kb.domain import Environment, Language, System, Versions
from kb.wiring import VOCABULARY
from search_api import filters
from search_api.schemas.asking import MAX_CODES, Asked


def test_what_is_stated_narrows_the_search_and_codes_are_searched_for_alone() -> None:
    asked = Asked(q=" 更新失败\0", product="phone", os="ios 18", code=("4013", "-54", "4013"))

    zh, en = (asked.query(lang) for lang in (Language.ZH, Language.EN))

    assert (zh.symptom, zh.error_codes, zh.lang) == ("更新失败", ("4013", "-54"), Language.ZH)
    assert zh.text == "更新失败\n4013\n-54"
    assert (en.text, en.lang) == (zh.text, Language.EN)
    eighteen = System("ios", (Versions(18_000_000, 19_000_000),))
    assert zh.environment == Environment(products=("phone",), systems=(eighteen,))


def test_what_is_not_stated_leaves_the_search_open() -> None:
    asked = Asked(q="Wi-Fi", os="ios")

    assert asked.query(Language.EN).environment == Environment(systems=(System("ios"),))
    assert not Asked(product="phone").anything
    assert Asked(code=("4013",)).anything


def test_the_address_states_the_same_but_for_what_changes() -> None:
    asked = Asked(q="a&b 更新", os="ios 18.1", code=("4013", "9"))

    fields = parse_qs(asked.address(product="phone", os="").removeprefix("/?"))

    assert fields == {"q": ["a&b 更新"], "product": ["phone"], "code": ["4013", "9"]}


@pytest.mark.parametrize(
    ("product", "os", "kept", "left_out"),
    [
        ("phone", "ios 18.1", ("phone", "ios 18.1"), ()),
        ("iPhone 15", "安卓", ("phone", "android"), ()),
        ("", "Big Sur", ("", "macos 11"), ()),
        ("", "Big Sur 11.7", ("", "macos 11.7"), ()),
        ("", "Sequoia 3", ("", ""), ("Sequoia 3",)),
        ("nonsense", "ios", ("", "ios"), ("nonsense",)),
        ("", "ios 18.1.2.3", ("", ""), ("ios 18.1.2.3",)),
        ("烤箱", "../x 1", ("", ""), ("烤箱", "../x 1")),
        ("", "", ("", ""), ()),
    ],
)
def test_a_filter_that_there_is_not_is_left_out(
    product: str, os: str, kept: tuple[str, str], left_out: tuple[str, ...]
) -> None:
    words = vocabulary.load(VOCABULARY)
    asked = Asked(q="连不上", product=product, os=os)

    found = filters.known(asked, words)

    assert (found.q, found.product, found.os) == ("连不上", *kept)
    assert filters.unknown(asked, words) == left_out


def test_what_cannot_be_a_code_is_none_and_each_is_stated_once() -> None:
    asked = Asked(code=("<b>", "x" * 129, "0xE8000015", "0xe8000015", "错误", "-54"))

    assert asked.code == ("0xE8000015", "-54")


def test_a_filter_is_no_longer_than_any_that_there_is() -> None:
    asked = Asked(product="x" * 800_000, os="系统" * 400_000)

    assert (asked.product, asked.os) == ("x" * 64, "系统" * 32)
    assert len(asked.address()) < 1_000


def test_a_log_of_many_errors_is_told_by_its_first() -> None:
    assert len(Asked(code=tuple(map(str, range(20)))).code) == MAX_CODES


@pytest.mark.parametrize(
    ("typed", "spelt"), [("屏幕黑", "%E5%B1%8F%E5%B9%95%E9%BB%91"), ("a&b", "a%26b")]
)
def test_the_address_of_another_language_states_the_same(typed: str, spelt: str) -> None:
    asked = Asked(q=typed, product="phone", os="ios 18.1", code=("4013", "9"))

    assert asked.address(lang=Language.EN) == (
        f"/?q={spelt}&product=phone&os=ios+18.1&code=4013&code=9&lang=en"
    )
    assert asked.address(product="", code=()) == f"/?q={spelt}&os=ios+18.1"
    assert Asked().address(lang=Language.ZH) == "/?lang=zh"
