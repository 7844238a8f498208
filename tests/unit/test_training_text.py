"""What the encoder is trained on: nothing that is held out or judged, and an English untouched."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from evaluation.datasets import own
from evaluation.gate import QUERIES
from kb.folding import fold
from training import mining, package, passages, texts, vocabulary
from training.pairs import (
    DATA,
    OWN_HELD_OUT,
    UTTERANCES,
    judged_keys,
    own_sources,
    parallel,
    split,
    unique,
    worded_twice,
    written,
)
from training.source import model_folder
from training.texts import Pair, key
from training.vocabulary import Counts

SENTENCES = Path(__file__).parents[2] / "training" / "sentences.txt"


def pair(en: str, zh: str, source: str = "ms_one", place: int = 0) -> Pair:
    return Pair(source, place, en, zh)


def many(source: str, count: int, *, start: int = 0) -> list[Pair]:
    return [
        pair(f"The printer number {n} is offline.", f"第{n}号打印机脱机。", source, n)
        for n in range(start, start + count)
    ]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Ｗｉ－Ｆｉ 斷線了。", "wi-fi断线了"),
        ("Select  Save!", "select save"),
        ("螢幕全黑", "屏幕全黑"),
    ],
)
def test_texts_are_equal_whatever_their_script_case_and_signs(text: str, same: str) -> None:
    assert key(text) == key(same)


def test_a_text_without_letters_is_equal_to_itself_only() -> None:
    assert key("!?") == "!?"
    assert key("…") != key("!?")


def test_a_tenth_of_each_source_is_held_out_and_at_most_a_thousand() -> None:
    made = split([*many("a", 50), *many("b", 15_000, start=50)], set())

    held = [each.source for each in made.held_out]
    assert (held.count("a"), held.count("b")) == (5, 1_000)


def test_of_a_source_of_our_own_less_is_held_out() -> None:
    made = split([*many("ours", 2_200), *many("b", 500, start=2_200)], set(), ours=["ours"])

    held = [each.source for each in made.held_out]
    assert (held.count("ours"), held.count("b")) == (OWN_HELD_OUT, 50)


def test_a_file_of_our_own_may_lack_a_second_chinese_wording(tmp_path: Path) -> None:
    once, twice = tmp_path / "once.tsv", tmp_path / "twice.tsv"
    once.write_text("en\tzh\nPrint\t列印\n", "utf-8")
    twice.write_text("en\tzh\tzh_too\nPrint\t列印\t打出來\n", "utf-8")

    assert list(written(once)) == [pair("Print", "打印", "once")]
    assert list(written(twice)) == [
        pair("Print", "打印", "twice"),
        pair("Print", "打出来", "twice"),
    ]


def test_sources_of_our_own_are_the_files_that_there_are() -> None:
    assert own_sources() == sorted(file.stem for file in DATA.glob("*.tsv"))
    assert "utterances" in worded_twice()
    assert "words" not in worded_twice()


def test_what_one_source_holds_out_no_source_trains_on() -> None:
    shared = many("a", 200)
    others = [pair(each.en.upper(), f"{each.zh} 另译", "b", each.place) for each in shared]

    made = split([*shared, *others, *many("b", 3_000, start=200)], set())

    held = {key(text) for each in made.held_out for text in (each.en, each.zh)}
    trained = {key(text) for each in made.training for text in (each.en, each.zh)}
    assert held
    assert trained
    assert not held & trained


def test_every_wording_of_a_held_out_text_is_held_out() -> None:
    pairs = [wording for n in range(20) for wording in (
        pair(f"Text number {n}", f"文本{n}号"), pair(f"Text number {n}", f"第{n}个文本"),
    )]  # fmt: skip

    held = split(pairs, set()).held_out

    assert len(held) == 4
    assert len({each.en for each in held}) == 2


def test_the_choice_does_not_depend_on_the_order_of_pairs() -> None:
    pairs = many("a", 300)

    assert set(split(pairs, set()).held_out) == set(split(pairs[::-1], set()).held_out)


@pytest.mark.parametrize(
    "told",
    [
        "How do I reset my password?",
        "First of all. How do I reset my password? Read on.",
        "如何重置我的登录密码?",
        "首先。如何重置我的登录密码?请看下文。",
    ],
)
def test_nothing_judged_is_trained_on_not_even_inside_a_paragraph(told: str) -> None:
    judged = {key("how do i reset my password"), key("如何重置我的登錄密碼？")}
    english = fold(told) if told.isascii() else "Something else entirely."
    chinese = "完全不同的内容。" if told.isascii() else fold(told)

    made = split([pair(english, chinese), pair("The screen is black.", "屏幕全黑。")], judged)

    assert [each.en for each in made.training] == ["The screen is black."]


def test_judged_texts_are_read_from_every_set(tmp_path: Path) -> None:
    for name, row in (
        ("one", {"_id": "1", "title": "打印机", "text": "Press OK.\n打印机一直显示脱机怎么办？"}),
        ("two", {"_id": "2", "text": "My phone restarts again and again."}),
    ):
        (tmp_path / name).mkdir()
        with gzip.open(tmp_path / name / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(row))

    found = judged_keys(tmp_path, ())

    assert {
        key("打印机"),
        key("打印機一直顯示脫機怎麼辦"),
        key("my phone restarts again and again"),
    } <= found
    assert key("Press OK.") not in found


def test_our_own_queries_are_judged_texts_too(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"id": "q1", "text": "螢幕全黑了。"}\n', "utf-8")

    assert judged_keys(tmp_path, [tmp_path / "queries.jsonl"]) == {key("屏幕全黑了")}
    assert {key(query.text) for query in own(QUERIES)} < judged_keys(tmp_path)


def test_parallel_text_is_folded_and_equal_pairs_count_once(tmp_path: Path) -> None:
    for name, lines in (("cn", "Save\t保存\n\tempty\n"), ("tw", "Save\t儲存\nscreen\t螢幕\n")):
        with gzip.open(tmp_path / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
            file.write(lines)

    found = unique(parallel(tmp_path))

    assert found == [Pair("cn", 0, "Save", "保存"), Pair("tw", 1, "screen", "屏幕")]


def test_a_folder_without_parallel_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=str(tmp_path)):
        list(parallel(tmp_path))


def test_pairs_read_as_they_were_written(tmp_path: Path) -> None:
    pairs = [*many("a", 3), pair("Wi-Fi “off”", "无线局域网已关闭")]

    texts.write(pairs, tmp_path / "pairs.tsv.gz")

    assert texts.read(tmp_path / "pairs.tsv.gz") == pairs


@pytest.fixture(scope="module")
def source() -> str:
    return (model_folder() / "tokenizer.json").read_text("utf-8")


@pytest.fixture(scope="module")
def tokenizer(source: str) -> Tokenizer:
    counts = Counts(
        dict.fromkeys("如何重置密码打印机脱屏幕黑", 9), {"打印机": 9, "打印": 9, "脱机": 9}
    )
    return Tokenizer.from_str(vocabulary.extended(source, counts))


def test_a_thousand_english_sentences_keep_their_ids(source: str, tokenizer: Tokenizer) -> None:
    english = [each.en for each in written(UTTERANCES)][::2][:800] + SENTENCES.read_text(
        "utf-8"
    ).splitlines()
    before = Tokenizer.from_str(source)
    before.no_truncation()
    before.no_padding()

    assert len(set(english)) == 1_000
    for text in english:
        assert tokenizer.encode(fold(text)).ids == before.encode(fold(text)).ids


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("打印机脱机", ["打印机", "脱机"]),
        ("打印脱落", ["打印", "脱", "[UNK]"]),
        ("my打印机 is black", ["my", "打印机", "is", "black"]),
        ("", []),
    ],
)
def test_chinese_is_cut_into_the_longest_words_then_characters(
    tokenizer: Tokenizer, text: str, tokens: list[str]
) -> None:
    assert tokenizer.encode(text).tokens == ["[CLS]", *tokens, "[SEP]"]


def test_only_what_is_worded_twice_asks_for_its_other_wordings(tokenizer: Tokenizer) -> None:
    said = [pair("The printer is offline.", zh, "ours") for zh in ("打印机脱机", "打印机脱了")]
    others = [pair("Save", "保存", "strings", 1), pair("Save", "存", "strings", 1)]

    found = mining.utterances([*said, *others], tokenizer, twice=["ours"])

    assert len(found) == 3
    assert all(len(each.answers) == 2 for each in found)
    assert mining.utterances([*said, *others], tokenizer, twice=[]) == []


def test_an_encoder_whose_last_file_is_missing_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"half of it")
    assert not package.is_whole(tmp_path)

    (tmp_path / "config.json").write_text("{}", "utf-8")
    assert package.is_whole(tmp_path)


def test_rare_words_are_left_to_their_characters_and_product_terms_are_kept(source: str) -> None:
    often, seldom = ["打印机显示脱机"] * 8, ["屏幕全黑"] * 7

    counts = vocabulary.fitted(source, [*often, *seldom], ["隔空投送"])

    assert counts.words["打印机"] == 8
    assert counts.words["隔空投送"] == 0
    assert "屏幕" not in counts.words
    assert counts.characters["屏"] == 7
    assert counts.characters["龙"] == 0


LINES = [
    "Reset the printer | Microsoft Docs",
    "Hold the button for ten seconds. Then wait until the light is green again.",
    "Hold the button for ten seconds.",
    "What does the red light mean?",
    "The red light means that paper is stuck somewhere between tray and roller.",
    "Note",
    "Turn the printer off before you reach inside.",
]


def document(lines: list[str], *, gap: int = 1) -> list[Pair]:
    return [pair(en, f"第{n}行", "ms_one", n * gap) for n, en in enumerate(lines)]


def test_titles_and_questions_ask_for_the_text_below_them() -> None:
    asked = {each.asked.en: each.answer for each in passages.sections(document(LINES))}

    assert list(asked) == ["Reset the printer", "What does the red light mean?"]
    assert asked["Reset the printer"].en == LINES[1]
    assert asked["What does the red light mean?"].zh == "第4行\n第5行\n第6行"


def test_lines_far_apart_are_no_neighbours() -> None:
    assert not passages.sections(document(LINES, gap=10))


def test_only_documents_have_passages() -> None:
    lines = [f"Sentence number {n} of a longer document about printers." for n in range(60)]
    strings = [pair(each.en, each.zh, "android_settings", each.place) for each in document(lines)]

    made = passages.passages(document(lines), seed=1)

    assert not passages.passages(strings, seed=1)
    said = [sentence for passage in made for sentence in passage.zh.split("\n")]
    assert len(made) >= 3
    assert len(said) == len(set(said))
    assert all(len(passage.en) <= passages.SIZES[1] + 1 for passage in made)
