from __future__ import annotations

import re
from pathlib import Path

import pytest

import kb.vocabulary
from kb import yaml_text
from kb.domain import Language
from kb.errors import BadVocabulary
from kb.vocabulary import Builds, Release, load
from kb.wordfile import WordFile

WORDS = """
products:
  phone:
    {zh: 手机, en: Phone, system: ios, words: [iPhone, 蘋果手機],
     models: [iPhone 15  Pro, iphone 15]}
systems:
  ios: {zh: iOS, en: iOS, words: [ios]}
releases: {ios: {Liquid: 26.10}}
builds:
  - {systems: [ios], version: 18.0, pattern: "22a3354"}
spellings:
  - [wifi, Wi-Fi, wi fi, 无线网络]
  - [iphone 15, 苹果 15]
words: [icloud, Face ID]
error_codes:
  - {name: windows-hresult, pattern: "0x[0-9a-f]{8}"}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "vocabulary.yaml"
    path.write_text(text, "utf-8")
    return path


def test_words_are_folded_and_caseless(tmp_path: Path) -> None:
    words = load(write(tmp_path, WORDS))

    phone = words.products["phone"]
    assert phone.names == {Language.ZH: "手机", Language.EN: "Phone"}
    assert phone.words == ("iphone", "苹果手机", "苹果 15")
    assert phone.models == ("iphone 15 pro", "iphone 15")
    assert words.spellings == {
        "wi-fi": "wifi",
        "wi fi": "wifi",
        "无线网络": "wifi",
        "苹果 15": "iphone 15",
    }
    assert words.words >= {"iphone 15 pro", "ios", "wifi", "wi fi", "icloud", "face id"}
    assert words.error_codes[0].pattern.fullmatch("0x80070057")


def test_releases_and_builds_tell_a_system_and_its_version(tmp_path: Path) -> None:
    words = load(write(tmp_path, WORDS))

    assert words.products["phone"].system == "ios"
    assert words.releases == {"ios": Release("ios"), "liquid": Release("ios", "26.10")}
    assert words.builds == (Builds(("ios",), "18.0", re.compile("22a3354")),)
    assert "liquid" in words.words


def test_the_words_of_an_action_are_read_and_no_terms(tmp_path: Path) -> None:
    text = "actions:\n  restart: {zh: 重启, en: Restart, words: [重启, 关機…开机]}\n"

    words = load(write(tmp_path, text))

    assert words.action_of == {"重启": "restart", "关机...开机": "restart"}
    assert not words.words


def test_an_empty_file_is_an_empty_vocabulary(tmp_path: Path) -> None:
    words = load(write(tmp_path, ""))

    assert not words.products
    assert not words.words


def test_another_vocabulary_has_another_fingerprint(tmp_path: Path) -> None:
    first = load(write(tmp_path, WORDS))
    again = load(write(tmp_path, WORDS))
    other = load(write(tmp_path, WORDS.replace("icloud", "imovie")))

    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 16


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        (
            "spellings:",
            "actions: {restart: {zh: 重启, en: Restart, words: [重启]}}\nspellings:",
            True,
        ),
        ("22a3354", "22a3355", True),
        ("zh: 手机", "zh: 电话", True),
        ("Wi-Fi", "wi-fy", False),
        ("0x[0-9a-f]{8}", "0x[0-9a-f]{9}", False),
    ],
)
def test_only_what_decides_terms_is_in_the_fingerprint(
    tmp_path: Path, was: str, now: str, *, same: bool
) -> None:
    first = load(write(tmp_path, WORDS))
    other = load(write(tmp_path, WORDS.replace(was, now)))

    assert (first.fingerprint == other.fingerprint) is same


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("words: [a\n", ":2: "),
        ("products:\n  phone: {zh: 手机, words: [iphone]}\n", ":2: products.phone.en: "),
        ("words: []\nproduct: {}\n", ":2: product: "),
        ("words:\n  - ok\n  - ' '\n", ":3: words.1: "),
        ("words:\n  - ok\n  - '+1'\n", ":3: words.1: "),
        ("words: [(卡贴)]", "'(卡贴)' is no word: begin and end it"),
        ("actions: {a: {zh: a, en: a, words: [换...]}}", "'换...' is no word"),
        ("actions: {a: {zh: a, en: a, words: [...线]}}", "'...线' is no word"),
        ("error_codes:\n  - {name: x, pattern: '('}\n", ":2: error_codes.0.pattern: "),
        ("spellings: [[a, b], [c, b]]", "'b' stands for 'a' and for 'c'"),
        (
            "apps: {a: {zh: a, en: a, words: [x]}, b: {zh: b, en: b, words: [X]}}",
            "'x' stands for 'a' and for 'b'",
        ),
        (
            "systems: {a: {zh: a, en: a, words: [x]}}\nreleases: {a: {X: 1}}",
            "'x' stands for 'a' and for 'a 1'",
        ),
        ("releases: {a: {x: 1}}", "no system 'a': name one of "),
        ("systems: {a: {zh: a, en: a}}\nreleases:\n  a: {x: one}\n", ":3: releases.a.x: "),
        ("builds:\n  - {systems: [], version: 1, pattern: x}\n", ":2: builds.0.systems: "),
        ("[1, 2]", "vocabulary.yaml:1: "),
    ],
)
def test_a_wrong_file_is_told_with_its_place_and_reason(
    tmp_path: Path, text: str, message: str
) -> None:
    path = write(tmp_path, text)

    with pytest.raises(BadVocabulary) as caught:
        load(path)

    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_or_binary_file_is_told_with_its_name(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path / "none.yaml", binary):
        with pytest.raises(BadVocabulary, match=path.name):
            load(path)


def test_the_packaged_vocabulary_is_sound() -> None:
    words = load(Path(kb.vocabulary.__file__).parent / "vocabulary.yaml")

    assert words.spellings["wi-fi"] == "wifi"
    assert "iphone 15 pro" in words.words


def test_no_word_of_the_packaged_vocabulary_stands_in_it_twice() -> None:
    path = Path(kb.vocabulary.__file__).parent / "vocabulary.yaml"
    read = WordFile.model_validate(yaml_text.load(path.read_text("utf-8")).value)
    spelt = {word for row in read.spellings for word in row}

    assert [word for word in read.words if word in spelt] == []
    assert len(set(read.words)) == len(read.words)
