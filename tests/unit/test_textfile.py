"""Bytes to text."""

from __future__ import annotations

import random

import pytest

from kb.errors import BadArticle
from kb.textfile import text

SIMPLIFIED = "# 手机更新时提示错误 4013\n\n请先重启手机，再打开设置里的更新。\n"
TRADITIONAL = "# 手機更新時出現錯誤\n\n請先重新開機，然後點選設定裡的更新。\n"
ENGLISH = "# Update fails – “error 4013”\n\nRestart the phone’s café mode.\n"


@pytest.mark.parametrize(
    ("source", "encoding"),
    [(SIMPLIFIED, name) for name in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-32")]
    + [(SIMPLIFIED, "utf-16-le"), (SIMPLIFIED, "utf-16-be"), (TRADITIONAL, "big5")]
    + [(ENGLISH, name) for name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252")],
)
def test_a_text_reads_the_same_in_every_encoding(source: str, encoding: str) -> None:
    assert text(source.encode(encoding), "a.md") == source


@pytest.mark.parametrize("mark", ["\r\n", "\r", "\n"])
def test_every_kind_of_line_end_becomes_the_same(mark: str) -> None:
    assert text(f"第一行{mark}second{mark}".encode(), "a.md") == "第一行\nsecond\n"


@pytest.mark.parametrize("raw", [b"", b" \n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n"])
def test_an_empty_file_is_an_empty_text(raw: bytes) -> None:
    assert text(raw, "zh/a.md").strip() == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200),
        bytes(range(256)) * 40,
        b"\x7fELF" + bytes(4000),
        random.Random(7).randbytes(5_000),
    ],
    ids=["image", "all bytes", "program", "noise"],
)
def test_a_binary_is_not_text(raw: bytes) -> None:
    with pytest.raises(BadArticle, match="not text"):
        text(raw, "a.md")


def test_damaged_utf8_names_the_line_instead_of_showing_nonsense() -> None:
    raw = ("手机\n" * 20).encode() + b"\xe6\x89\n" + ("手机\n" * 20).encode()

    with pytest.raises(BadArticle, match=r"a\.md:21: damaged UTF-8") as caught:
        text(raw, "a.md")

    assert caught.value.line == 21


def test_stray_control_characters_are_dropped() -> None:
    assert text("手机\x00更新\x08 ok\n".encode() + b"x" * 1000, "a.md").startswith("手机更新 ok\n")


def test_a_truncated_utf16_file_is_not_text() -> None:
    with pytest.raises(BadArticle, match="not text"):
        text("手机".encode("utf-16")[:-1], "a.md")
