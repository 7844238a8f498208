from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import vocabulary
from kb.recording import codes
from kb.scrubbing import MARKER, scrubbed, shaped
from kb.scrubbing.checks import luhn
from kb.symptoms import read
from kb.wiring import VOCABULARY

CASES = Path(__file__).parent.parent / "cases"
MARK = re.compile(r"\[\[(\w+): (.*?)\]\]")
CODES = frozenset({"4013", "4005", "4014", "1110", "9", "-54", "0x80070057", "传感器-温度-TH01"})
"""What articles and the vocabulary pass."""
WORDS = vocabulary.load(VOCABULARY)


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a case file."""

    symptom: str
    personal: tuple[tuple[str, str], ...]
    """Kind and text of what must be gone."""
    kept: tuple[str, ...]

    @property
    def ideal(self) -> str:
        """The symptom without the listed numbers and with everything else."""
        return reduce(lambda text, each: text.replace(each[1], MARKER), self.personal, self.symptom)


def cases(name: str) -> list[Case]:
    lines = (CASES / name).read_text("utf-8").splitlines()
    return [case(line.removeprefix("- ")) for line in lines if line.startswith("- ")]


def case(line: str) -> Case:
    marks = MARK.findall(line)
    return Case(
        MARK.sub(r"\2", line),
        tuple((kind, text) for kind, text in marks if kind != "keep"),
        tuple(text for kind, text in marks if kind == "keep"),
    )


def by_articles(symptom: str) -> str:
    """A symptom as one whose codes articles and vocabulary have told."""
    return scrubbed(symptom, codes=CODES)


def as_kept(symptom: str) -> str:
    """A symptom as the casebook keeps it when no article holds any of its terms."""
    return scrubbed(symptom, codes=codes(read(symptom, WORDS)))


BOTH = pytest.mark.parametrize("name", ["scrubbing.md", "scrubbing_second.md"])
EITHER_WAY = pytest.mark.parametrize("clean", [by_articles, as_kept])


@EITHER_WAY
@BOTH
def test_personal_numbers_are_gone(name: str, clean: Callable[[str], str]) -> None:
    listed, missed = Counter[str](), list[str]()
    for each in cases(name):
        left = clean(each.symptom)
        listed.update(kind for kind, _ in each.personal)
        missed += [f"{kind} {text}: {left}" for kind, text in each.personal if text in left]

    assert len(missed) <= 0.02 * listed.total(), (listed, missed)


@EITHER_WAY
@BOTH
def test_what_is_replaced_was_personal(name: str, clean: Callable[[str], str]) -> None:
    left = {each: clean(each.symptom) for each in cases(name)}
    replaced = sum(text.count(MARKER) for text in left.values())
    beyond = [(each.ideal, text) for each, text in left.items() if text != each.ideal]

    assert len(beyond) <= 0.05 * replaced, beyond


@EITHER_WAY
@BOTH
def test_codes_versions_and_sizes_survive(name: str, clean: Callable[[str], str]) -> None:
    lost = [
        (kept, left)
        for each in cases(name)
        for left in [clean(each.symptom)]
        for kept in each.kept
        if kept not in left
    ]

    assert not lost


def test_the_cases_are_enough_to_measure_by() -> None:
    first, second = cases("scrubbing.md"), cases("scrubbing_second.md")

    assert len(first) >= 240
    assert len(second) >= 60
    assert sum(not each.personal for each in first) >= 80


CODE_SHAPES = (
    "13812345678",
    "356938035643809",
    "4111111111111111",
    "c02xg0fdh05n",
    "H4XJ7K2QPL",
    "W123456789",
    "0912345678",
    "203.0.113.7",
    "550e8400-e29b-41d4-a716-446655440000",
    "212-555-0123",
    "E-13812345678",
    "传感器-13812345678",
)


@pytest.mark.parametrize("code", CODE_SHAPES)
@pytest.mark.parametrize("symptom", ["提示{}，打不开", "密码：{} 不对", "call {} fails", "SN: {}"])
def test_a_known_code_survives_whatever_it_looks_like(code: str, symptom: str) -> None:
    typed = symptom.format(code.upper())

    assert scrubbed(typed, codes={code.lower()}) == typed
    assert scrubbed(typed, codes={code.upper()}) == typed


@pytest.mark.parametrize(
    ("symptom", "clean"),
    [
        ("电话138 4013 5678", "电话•••"),
        ("mail 4013@example.com", "mail •••"),
        ("手机号14013123456报错 4013", "手机号•••报错 4013"),
    ],
)
def test_a_code_inside_a_personal_number_does_not_save_it(symptom: str, clean: str) -> None:
    assert scrubbed(symptom, codes=CODES) == clean


def test_a_list_of_known_codes_is_no_card_even_if_its_check_digit_fits() -> None:
    symptom = "4013 4014 4005 1115"

    assert luhn(symptom)
    assert scrubbed(symptom, codes=CODES) == MARKER
    assert scrubbed(symptom, codes=CODES | {"1115"}) == symptom


@pytest.mark.parametrize("signs", ["[]", "()", '""', "“”", "（）", "【】", "《》", "「」"])
def test_brackets_and_quotes_around_a_number_stay(signs: str) -> None:
    opening, closing = signs[0], signs[1]
    symptom = "号码是{}{}{}，收不到短信"

    clean = scrubbed(symptom.format(opening, "13812345678", closing))

    assert clean == symptom.format(opening, MARKER, closing)


PIECES = st.sampled_from(
    [
        *("13812345678", "4111 1111 1111 1111", "356938035643809", "212-555-0123", "010", "+86"),
        *("a@b.com", "203.0.113.7", "2001:db8::1", "C02XG0FDH05N", "W123456789", "0x80070057"),
        *(
            "密码",
            "是",
            "：",
            "password",
            " is ",
            "SN",
            "IMEI",
            "电话",
            "QQ",
            "call me",
            "sunshine",
        ),
        *(
            " ",
            "-",
            ".",
            ",",
            "@",
            "(",
            ")",
            "1",
            "12",
            "123",
            "1234",
            "５",
            "x",
            "abc",
            "，",
            "at",
        ),
        *("dot com", "点", MARKER, "4013", "艾特", "é", "\n", "bytes", "{", "}", ":", "_"),
    ]
)
TYPED = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60)


@given(TYPED)
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    clean = scrubbed(text, codes=CODES)

    assert scrubbed(clean, codes=CODES) == clean


@given(TYPED)
def test_what_is_left_is_the_text_with_stretches_replaced(text: str) -> None:
    parts = map(re.escape, scrubbed(text, codes=CODES).split(MARKER))

    assert re.fullmatch("(?s:.+?)".join(parts), text)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters="@＠"), max_size=200))
def test_words_without_digits_are_left_alone_unless_they_are_secrets(text: str) -> None:
    labels = ("密码", "密碼", "口令", "pass", "dot", "艾特", ":")
    if not any(label in text.lower() for label in labels):
        assert scrubbed(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            "1 ",
            "1.2.",
            "203.",
            "13812345678.",
            "4111 ",
            "a@",
            "a@b.",
            "+1",
            "((1",
            "f1:",
            "0x",
        ),
        *(
            "password ",
            "password is a",
            "密码",
            "号码是",
            "SN a1",
            "imei/",
            "H4XJ7K2QP",
            "a at b dot ",
        ),
        *("密码是a0010xa", "+1381234567", "86login", "A123456(3)", "001.2.", "订单 a1234QQ"),
    ],
)
def test_hostile_text_of_the_greatest_length_comes_to_an_end(piece: str) -> None:
    text = (piece * 10_000)[:10_000]

    clean = scrubbed(text, codes=CODES)

    assert scrubbed(clean, codes=CODES) == clean


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "①②③④⑤⑥⑦⑧⑨⑩⑪", "١٢٣٤٥٦٧٨٩٠١"])
def test_text_of_no_use_is_left_as_it_is(text: str) -> None:
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("4111 1111 1111 1111", True),
        ("356938035643809", True),
        ("79927398713", True),
        ("4111 1111 1111 1112", False),
    ],
)
def test_a_check_digit_is_reckoned_from_the_right(number: str, *, valid: bool) -> None:
    assert luhn(number) is valid


def test_the_marker_is_no_word_to_any_index() -> None:
    assert not re.search(r"\w", MARKER)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("邮箱 a@b.cn，手机 13812345678", ["a@b.cn", "13812345678"]),
        ("my password is hunter22 and my mail a@b.com", ["a@b.com"]),
        ("错误 13912345678", []),
        ("nothing personal", []),
    ],
)
def test_what_a_shape_alone_gives_away_is_found_in_order(text: str, found: list[str]) -> None:
    spans = shaped(text, codes={"13912345678"})

    assert [text[start:end] for start, end in spans] == found
