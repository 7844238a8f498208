from __future__ import annotations

import time

import pytest

from kb.domain import Language
from kb.folding import caseless, fold, fold_case, language


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ｉＰｈｏｎｅ　１５", "iPhone 15"),
        ("ﬁle №4013", "file No4013"),
        ("Wi\u200b-Fi\ufeff \x00ok", "Wi-Fi ok"),
        ("Wi\u2011Fi \u221254", "Wi-Fi -54"),
        ("無法連接無線網路", "无法连接无线网络"),
        ("更新 iOS 後，滑鼠沒有反應", "更新 iOS 后,鼠标没有反应"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_equal_texts_fold_to_one_spelling(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folding_keeps_case_and_accents() -> None:
    assert fold("Café iOS") == "Café iOS"


@pytest.mark.parametrize("text", ["小程序打不开", "文件系统", "上传资料", "企业档案", "新增设定"])
def test_simplified_words_are_not_taken_for_taiwans(text: str) -> None:
    assert fold(text) == text


def test_a_taiwanese_word_folds_alike_in_both_scripts() -> None:
    assert fold("帳號") == fold("帐号") == fold("账号")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Café", "cafe"),
        ("STRAẞE", "strasse"),
        ("ガス", "ガス"),
        ("한국어", "한국어"),
        ("İOS", "ios"),
    ],
)
def test_case_and_accents_do_not_tell_words_apart_but_kana_marks_do(text: str, bare: str) -> None:
    assert fold_case(text) == bare
    assert caseless(bare) == bare


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("iPhone 15 Pro 更新 iOS 后无法连接 Wi-Fi", Language.ZH),
        ("手机没有声音", Language.ZH),
        ("Windows Server Remote Desktop Services 报错", Language.ZH),
        ("my phone has no sound", Language.EN),
        ("the button that is called 设置 does not do anything when I tap it", Language.EN),
        ("Wi-Fi", Language.EN),
        ("4013", Language.ZH),
        ("", Language.ZH),
    ],
)
def test_the_language_follows_han_characters_before_latin_words(text: str, lang: Language) -> None:
    assert language(text) is lang


def test_endless_combining_marks_are_folded_in_no_time() -> None:
    marks = "a" + "\u0301" * 300_000 + "\u0316" * 300_000

    before = time.process_time()
    folded = fold(marks)

    assert time.process_time() - before < 1
    assert folded.startswith("á")
    assert len(folded) <= 65
