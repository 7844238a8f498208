from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evaluation.support.looks import Look, held_back
from evaluation.support.queries import Split, Tongue, both_halves, development
from kb.errors import KbError
from tests.judged import LIBRARY, asked, put

DEV = asked("q1", "打印机脱机了", {"printer": 2, "cable": 1, "screen": 0}, split=Split.DEV)
TEST = asked("q2", "my screen is black", {"screen": 2}, lang=Tongue.EN, split=Split.TEST)
NOBODY = asked("q3", "华为手机怎么刷机", split=Split.DEV)
LOOK = Look("abc1234", date(2026, 10, 2), "the first release", ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put(tmp_path, [DEV, TEST, NOBODY])


def test_a_query_comes_with_what_was_judged_of_it(folder: Path) -> None:
    found = both_halves(LIBRARY, folder)

    assert found == [DEV, TEST, NOBODY]
    assert found[0].solutions == ["printer"]
    assert found[0].grades == {"printer": 2, "cable": 1}
    assert found[0].useless == {"screen"}
    assert found[1].judged.text == "my screen is black"


def test_development_never_holds_the_test_half(folder: Path) -> None:
    assert development(LIBRARY, folder) == [DEV, NOBODY]


@pytest.mark.parametrize("name", ["queries.jsonl", "qrels.tsv"])
def test_a_file_that_is_missing_or_no_utf_8_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes("打印机".encode("gbk"))
    with pytest.raises(KbError, match=rf"{name}: .*: save it as UTF-8"):
        development(LIBRARY, folder)

    (folder / name).unlink()
    with pytest.raises(KbError, match=rf"no \w+ in .*{name}: No such file"):
        development(LIBRARY, folder)


def test_a_query_in_no_half_is_used_by_nobody(folder: Path) -> None:
    put(folder, [DEV, asked("q9")])

    assert both_halves(LIBRARY, folder)[1].split is Split.UNDEALT
    with pytest.raises(KbError, match=r"1 queries are in no half, such as 'q9': run python -m"):
        development(LIBRARY, folder)


def test_a_look_at_the_test_half_is_recorded(folder: Path) -> None:
    assert held_back(LOOK, LIBRARY, folder) == [TEST]

    assert (folder / "looks.tsv").read_text("utf-8") == (
        "commit\tdate\treason\nabc1234\t2026-10-02\tthe first release\n"
    )


@pytest.mark.parametrize("commit", ["abc1234-dirty", "unknown"])
def test_the_test_half_is_refused_to_a_checkout_that_nobody_could_come_back_to(
    folder: Path, commit: str
) -> None:
    with pytest.raises(KbError, match=f"this one is {commit}: commit everything first"):
        held_back(replace(LOOK, commit=commit), LIBRARY, folder)

    assert (folder / "looks.tsv").read_text("utf-8").count("\n") == 1


def test_the_test_half_is_refused_beside_new_files(folder: Path) -> None:
    with pytest.raises(KbError, match=r"new files such as kb/ranking_too\.py: commit or remove"):
        held_back(replace(LOOK, new_files=["kb/ranking_too.py"]), LIBRARY, folder)

    assert (folder / "looks.tsv").read_text("utf-8").count("\n") == 1


def test_the_test_half_is_refused_without_a_reason(folder: Path) -> None:
    with pytest.raises(KbError, match="without a reason"):
        held_back(replace(LOOK, reason=" \n"), LIBRARY, folder)


def test_a_look_that_cannot_be_recorded_is_none(folder: Path) -> None:
    (folder / "looks.tsv").unlink()

    with pytest.raises(KbError, match=r"no look can be recorded in .*looks\.tsv"):
        held_back(LOOK, LIBRARY, folder)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('"split": "test"', '"split": "tset"'), r"jsonl:2: split 'tset': one of 'dev', 'test'"),
        (('"lang": "en"', '"lang": "de"'), r"jsonl:2: lang 'de': one of 'zh', 'en', 'mixed'"),
        (('"id": "q2"', '"id": "q1"'), r"jsonl:2: a second query 'q1'"),
        (('"my screen is black"', '" \\u200b"'), "jsonl:2: an empty text"),
        (('"split": "test"', '"split": null'), "jsonl:2: split None: one of 'dev', 'test', ''"),
        (('"split": "test"', '"split": ["test"]'), r"jsonl:2: split \['test'\]: one of 'dev'"),
        (('"area": "hardware"', '"area": "hardwear"'), r"jsonl:1: area 'hardwear': .*'none'"),
        (('"style": "plain"', '"style": 1'), "jsonl:1: no 'style'"),
        (('"style": "plain"', '"style": "plian"'), "jsonl:1: style 'plian': one of 'plain'"),
        (('{"id": "q1"', '"id": "q1"'), "jsonl:1: no JSON object"),
    ],
)
def test_a_query_that_does_not_hold_is_named_with_its_line(
    folder: Path, change: tuple[str, str], complaint: str
) -> None:
    path = folder / "queries.jsonl"
    before = path.read_text("utf-8")
    path.write_text(before.replace(*change), "utf-8")

    with pytest.raises(KbError, match=complaint):
        development(LIBRARY, folder)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("q1\tprinter-2\t2", r"tsv:6: no article of 'printer-2'"),
        ("q1\tprinter\t3", r"tsv:6: grade '3': one of 0, 1, 2"),
        ("q1\tprinter", r"tsv:6: grade None"),
        ("q4\tprinter\t2", r"tsv:6: no query 'q4'"),
        ("q1\tprinter\t1", r"tsv:6: 'printer' was judged before for 'q1'"),
    ],
)
def test_a_judgement_that_does_not_hold_is_named_with_its_line(
    folder: Path, line: str, complaint: str
) -> None:
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as qrels:
        qrels.write(f"{line}\n")

    with pytest.raises(KbError, match=complaint):
        development(LIBRARY, folder)


def test_judgements_need_their_file_and_its_head(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")
    with pytest.raises(KbError, match=r"tsv:1: the head is \['query-id', 'corpus-id'"):
        development(LIBRARY, folder)

    (folder / "qrels.tsv").unlink()
    with pytest.raises(KbError, match=r"no judgements in .*qrels\.tsv"):
        development(LIBRARY, folder)
