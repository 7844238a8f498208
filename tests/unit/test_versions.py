"""Version texts and ranges."""

from __future__ import annotations

import pytest

from kb.domain import Versions
from kb.versions import ANY, ANY_HIGH, covers, interval, number, ranges, union
from kb.versions import text as written


@pytest.mark.parametrize(
    ("text", "expected"),
    [("18", 18_000_000), ("18.1", 18_001_000), ("18.1.2", 18_001_002), ("18.10", 18_010_000)],
)
def test_a_version_is_a_number_by_its_parts(text: str, expected: int) -> None:
    assert number(text) == expected


@pytest.mark.parametrize("text", ["", "a", "18.", ".1", "18.1000", "1.2.3.4", "-1", "18-1", "１８"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="version"):
        number(text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("18", 18_000_000, 19_000_000),
        ("18.1", 18_001_000, 18_002_000),
        ("18.1.2", 18_001_002, 18_001_003),
    ],
)
def test_a_typed_version_covers_all_that_begins_with_it(text: str, low: int, high: int) -> None:
    assert interval(text) == Versions(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (">=12, <19", 12_000_000, 19_000_000),
        (">=12 <19", 12_000_000, 19_000_000),
        ("<=18", 0, 19_000_000),
        (">18", 19_000_000, ANY_HIGH),
        (">=17.5", 17_005_000, ANY_HIGH),
        ("= 18.1", 18_001_000, 18_002_000),
        ("==18", 18_000_000, 19_000_000),
        ("<18.1.2", 0, 18_001_002),
    ],
)
def test_a_range_is_one_interval(text: str, low: int, high: int) -> None:
    assert ranges(text) == (Versions(low, high),)


@pytest.mark.parametrize("text", ["any", "*", " ANY "])
def test_any_version_needs_no_interval(text: str) -> None:
    assert ranges(text) == ()


@pytest.mark.parametrize(
    "text", ["", " ", "~18", ">=", ">>18", "new", "18 or 19", "<12, >=19", "!=18"]
)
def test_what_is_no_range_or_holds_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"version"):
        ranges(text)


def test_a_union_is_ascending_and_merged() -> None:
    found = union(["18", "12", "<=13", "17"])

    assert found == (Versions(0, 14_000_000), Versions(17_000_000, 19_000_000))


def test_a_union_with_any_is_any() -> None:
    assert union(["18", "any"]) == ()


def test_every_version_lies_inside_any() -> None:
    newest = interval("999.999.999")

    assert ANY.low <= newest.low < newest.high < ANY.high


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [("13", "13.2", True), ("13", "14", False), ("13.2", "13", False), ("", "3", True)],
)
def test_a_version_covers_what_begins_with_it(wide: str, narrow: str, *, expected: bool) -> None:
    assert covers(wide, narrow) is expected


@pytest.mark.parametrize(
    "text",
    [">=12, <19", ">=18.1, <18.2", ">=12.0.5", "<12.3", "<=999", ">999", ">=999, <=999", "any"],
)
def test_a_range_is_written_as_it_is_read(text: str) -> None:
    (read,) = ranges(text) or (ANY,)

    assert written(read) == text
