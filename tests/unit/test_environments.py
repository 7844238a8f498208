from __future__ import annotations

import pytest

from kb import vocabulary
from kb.domain import ANYWHERE, Environment, System, Versions
from kb.environments import recognised
from kb.errors import BadQuery
from kb.wiring import VOCABULARY

WORDS = vocabulary.load(VOCABULARY)


@pytest.mark.parametrize(
    "word", ["phone", "iPhone", "苹果手机", "蘋果手機", "iPhone 15 Pro", "手机"]
)
def test_people_name_products_as_they_like(word: str) -> None:
    assert recognised(Environment(products=(word,)), WORDS).products == ("phone",)


def test_versions_stay_with_their_system() -> None:
    stated = Environment(systems=(System("iOS", (Versions(18, 19),)),), hosts=("Windows",))

    known = recognised(stated, WORDS)

    assert known.systems == (System("ios", (Versions(18, 19),)),)
    assert known.hosts == ("windows",)


@pytest.mark.parametrize(
    ("stated", "known"),
    [
        (System("Sequoia"), System("macos", (Versions(15_000_000, 16_000_000),))),
        (System("24H2"), System("windows", (Versions(11_000_000, 12_000_000),))),
        (
            System("Big Sur", (Versions(11_007_000, 11_008_000),)),
            System("macos", (Versions(11_007_000, 11_008_000),)),
        ),
        (System("Big Sur 11.7"), System("macos", (Versions(11_007_000, 11_008_000),))),
        (System("iOS 18"), System("ios", (Versions(18_000_000, 19_000_000),))),
        (System("安卓"), System("android")),
    ],
)
def test_a_release_is_its_system_of_that_version(stated: System, known: System) -> None:
    assert recognised(Environment(systems=(stated,)), WORDS).systems == (known,)


def test_nothing_stated_stays_anywhere() -> None:
    assert recognised(ANYWHERE, WORDS) == ANYWHERE


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (Environment(products=("toaster",)), r"unknown product 'toaster': choose one of .*phone"),
        (Environment(systems=(System("iOZ 18"),)), "unknown system 'ioz'.*ios"),
        (Environment(systems=(System("Sequoia 3"),)), "'Sequoia 3' is no version of macos 15"),
        (Environment(systems=(System("iOS 18.1.2.3"),)), "'iOS 18.1.2.3' is no version of ios"),
        (Environment(systems=(System("Sequoia", (Versions(1, 2),)),)), "'Sequoia' has other"),
        (Environment(hosts=("windoes",)), "did you mean 'windows'"),
        (Environment(apps=("x" * 1000,)), "unknown app"),
    ],
)
def test_an_unknown_word_names_what_would_have_worked(stated: Environment, reason: str) -> None:
    with pytest.raises(BadQuery, match=reason):
        recognised(stated, WORDS)
