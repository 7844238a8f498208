from __future__ import annotations

import pytest

from kb.spotting import spotted

WORDS = (
    "重启",
    "强制重启",
    "换...数据线",
    "restart",
    "changed...cable",
    "ios",
    "iphone 15",
    "sim卡",
    "+1",
    "(卡贴)",
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("重启和强制重启", ["重启", "强制重启"]),
        ("ios18, not biosphere or iosx", ["ios"]),
        ("iphone15, iphone-15, iphone 150", ["iphone 15", "iphone 15"]),
        ("iphone 15.1, iphone 15.", ["iphone 15"]),
        ("restart, restarted", ["restart"]),
        ("拔掉sim卡", ["sim卡"]),
        ("iphone 15,000 and iphone 15, 16", ["iphone 15"]),
        ("+1 and (卡贴)", ["+1", "(卡贴)"]),
        ("", []),
    ],
)
def test_the_longest_word_at_a_place_is_spotted_whole(text: str, words: list[str]) -> None:
    assert [found.word for found in spotted(text, WORDS)] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("换了好几根数据线", ["换...数据线"]),
        ("换数据线", ["换...数据线"]),
        ("换过,数据线还是不行", []),
        ("换了一部新的手机还有数据线", []),
        ("i changed the charging cable", ["changed...cable"]),
        ("i changed it. the cable is new", []),
        ("i changed the usbcable", []),
        ("i changedthe cable", []),
        ("i changed the case and cable", []),
        ("i changed the brand cable", ["changed...cable"]),
        ("换了手机和数据线", []),
    ],
)
def test_a_gap_stays_within_a_clause(text: str, words: list[str]) -> None:
    assert [found.word for found in spotted(text, WORDS)] == words


@pytest.mark.parametrize(("text", "place"), [("请重启手机", (1, 3)), ("my ios18", (3, 6))])
def test_a_word_tells_where_it_stands(text: str, place: tuple[int, int]) -> None:
    assert [(found.start, found.end) for found in spotted(text, WORDS)] == [place]


def test_no_words_are_nowhere() -> None:
    assert list(spotted("重启", ())) == []
