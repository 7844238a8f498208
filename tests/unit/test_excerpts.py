from __future__ import annotations

from pathlib import Path

import pytest

from kb.excerpts import EXCERPT_CHARACTERS, excerpt, highlights
from kb.folding import fold_case
from kb.showing import content_words, shared_words
from tests.parts import parts


def words(text: str) -> frozenset[str]:
    return frozenset({text.casefold()})


def same(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("text", "shared", "marked"),
    [
        ("更新后无法连接 Wi-Fi。", {"无法", "连接", "wi-fi"}, ["无法连接", "Wi-Fi"]),
        ("The Update failed with error 4013.", {"update", "4013"}, ["Update", "4013"]),
        ("什么都没有", {"屏幕"}, []),
        ("", {"屏幕"}, []),
    ],
)
def test_shared_words_are_highlighted(text: str, shared: set[str], marked: list[str]) -> None:
    spans = highlights(text, shared, words, same)

    assert [text[span.start : span.end] for span in spans] == marked


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("升级到 iOS 15.2 之后", "iPhone 15 Pro", []),
        ("After updating to iOS 15.2", "iPhone 15 Pro", []),
        ("适用于 iPhone15 和 iPhone-15", "iPhone 15 Pro", ["iPhone15", "iPhone-15"]),
        ("第 15 步，共 115 步", "15 步", ["15", "步", "步"]),
        ("Step 15 of 115, see 15-inch", "15 steps", ["Step", "15", "15-inch"]),
        ("系统 15.2.1，不是 15.2", "15.2", ["15.2"]),
        ("版本 １５.２", "15.2", ["１５.２"]),
        ("iOS15.2 on 2.15", "iOS 15", ["iOS15.2"]),
    ],
)
def test_a_number_is_highlighted_only_where_it_stands_whole(
    text: str, query: str, marked: list[str]
) -> None:
    lexicon = parts(Path("unused")).lexicon
    shared = content_words(lexicon.query_terms(query))

    spans = highlights(text, shared, lexicon.word_terms, fold_case)

    assert [text[span.start : span.end] for span in spans] == marked


def test_traditional_text_is_highlighted_by_simplified_terms() -> None:
    text = "無法連接網路"

    spans = highlights(text, {"无法"}, words, lambda run: run.replace("無", "无"))

    assert [text[span.start : span.end] for span in spans] == ["無法"]


def test_a_long_text_is_cut_to_where_it_speaks_of_the_query() -> None:
    text = "没有关系的一句话。" * 60 + "屏幕全黑时先充电。" + "另外一句。" * 60

    shown = excerpt(text, {"屏幕", "全黑"}, words, same)

    assert shown.text.startswith("…")
    assert shown.text.endswith("…")
    assert len(shown.text) <= EXCERPT_CHARACTERS + 2
    assert [shown.text[span.start : span.end] for span in shown.highlights] == ["屏幕全黑"]


def test_a_cut_leaves_latin_words_whole() -> None:
    text = "restore " * 60

    shown = excerpt(text, set(), words, same)

    assert shown.text.endswith("restore …")


def test_a_word_without_end_is_cut() -> None:
    assert excerpt("x" * 1000, set(), words, same).text == "x" * EXCERPT_CHARACTERS + "…"


def test_a_text_without_shared_words_begins_at_its_start() -> None:
    text = "没有。" * 100

    shown = excerpt(text, {"屏幕"}, words, same)

    assert shown.text == text[:EXCERPT_CHARACTERS] + "…"
    assert shown.highlights == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "换一种连接方式：\n- 换一根线；\n  - 换一个接口。",
            "换一种连接方式：\n换一根线；\n换一个接口。",
        ),
        ("- Unplug it.\n- Wait - then plug it in.", "Unplug it.\nWait - then plug it in."),
        ("错误 -54\n-54 是什么", "错误 -54\n-54 是什么"),
    ],
)
def test_the_signs_of_items_are_not_shown(text: str, shown: str) -> None:
    found = excerpt(text, {"wait", "接口"}, words, same)

    assert found.text == shown
    assert {found.text[each.start : each.end] for each in found.highlights} <= {"Wait", "接口"}


@pytest.mark.parametrize(
    ("text", "query", "told"),
    [
        ("It updated. Updates come late, update it.", "updates late", ["updated", "late"]),
        ("更新失败。更新之后，更新又失败。", "更新失败", ["更新失败"]),
        ("Wi-Fi 断开，WiFi 连不上", "wifi 断开", ["Wi-Fi", "断开"]),
    ],
)
def test_words_of_one_stem_are_told_once(text: str, query: str, told: list[str]) -> None:
    lexicon = parts(Path("unused")).lexicon
    shared = content_words(lexicon.query_terms(query))

    found = excerpt(text, shared, lexicon.word_terms, fold_case)

    assert list(shared_words(found, lexicon)) == told
