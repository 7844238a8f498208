from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.report import Provenance
from evaluation.runs import Side
from evaluation.support import page
from evaluation.support.__main__ import evaluated
from evaluation.support.answerability import auroc, surest
from evaluation.support.findings import Findings, measured
from evaluation.support.queries import Split, Style, SupportQuery, Tongue
from evaluation.support.worst import listed, worst
from kb.errors import KbError
from tests.judged import asked, put, traced

SOURCE = Provenance("python -m evaluation.support", "three queries", "fingerprint", "abc1234")
QUERIES = [
    asked("q1", "打印机脱机了", {"printer": 2, "cable": 0}, split=Split.DEV),
    asked(
        "q2", "my screen | is\nblack", {"screen": 2, "cable": 1}, lang=Tongue.EN, split=Split.DEV
    ),
    asked("q3", "换哪根线", {"cable": 1}, split=Split.DEV),
    replace(asked("q4", "华为手机怎么刷机", split=Split.DEV), area="none", style=Style.TYPO),
]
TRACES = {
    "q1": traced({"printer": 8.0, "cable": 2.0}, {"printer": 0.9, "screen": 0.3}),
    "q2": traced({"printer": 3.0}, {"printer": 0.5, "cable": 0.1}),
    "q3": traced({}, {}),
    "q4": traced({"screen": 4.0}, {}),
}


def findings(queries: list[SupportQuery] = QUERIES) -> Findings:
    return measured(queries, {query.id: TRACES[query.id] for query in queries}, [])


def row(text: str, *cells: str) -> bool:
    """Whether a table has a row that begins with these cells."""
    return re.search(rf"^\| {re.escape(' | '.join(cells))} \|", text, re.MULTILINE) is not None


def test_every_side_is_measured_on_queries_with_an_answer() -> None:
    text = page.text(findings(), SOURCE)

    assert row(text, "lexical", "3", "0.333", "0.333", "0.333", "0.333", "0.333")
    assert row(text, "fused", "3", "0.413", "0.500")
    assert text.count("4 queries: 2 that a solution solves (grade 2), 1 that one only") == 1
    assert "1 without an answer" in text
    assert row(text, "zh", "2", "0.500")
    assert row(text, "hardware", "3")
    assert not row(text, "typo", "1")
    assert "abc1234" in text


def test_fused_is_compared_with_the_better_leg_in_each_language() -> None:
    text = page.text(findings(), SOURCE)

    assert row(text, "en", "dense")
    assert row(text, "zh", "lexical", "0.500", "0.500", "+0.000")


@pytest.mark.parametrize(
    ("answered", "unanswered", "expected"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.3, 0.5], [0.5, 0.4], (2 + 0 + 1.5) / 6),
    ],
)
def test_auroc_counts_the_pairs_that_are_in_order_and_half_of_the_ties(
    answered: list[float], unanswered: list[float], expected: float
) -> None:
    assert auroc(answered, unanswered) == expected


def test_a_side_is_as_sure_as_its_best_hit() -> None:
    assert surest(TRACES["q1"]) == {Side.LEXICAL: 8.0, Side.DENSE: 0.9}
    assert surest(TRACES["q3"]) == {Side.LEXICAL: 0.0, Side.DENSE: -1.0}


def test_queries_that_are_only_helped_tell_nothing_of_answers() -> None:
    text = page.text(findings(), SOURCE)

    assert row(text, "all", "2", "1", "0.500", "1.000")
    assert row(text, "zh", "1", "1", "1.000", "1.000")
    assert "| queries | answered | unanswered | lexical | dense |" in text
    assert "1 queries that are only helped are left out" in text


def test_the_report_tells_how_much_of_what_is_returned_was_judged() -> None:
    text = page.text(findings(), SOURCE)

    assert row(text, "all", "6", "0.500")
    assert row(text, "zh", "4", "0.500")


def test_the_worst_queries_are_told_with_what_was_wanted_and_returned() -> None:
    text = "\n".join(listed(findings()))

    assert [query.id for query in worst(findings())] == ["q3", "q2", "q1"]
    assert text.splitlines()[1] == "| --- | ---: | --- | --- | --- |"
    assert row(text, "q3", "0.000", "换哪根线", "cable 1", "nothing")
    assert r"my screen \| is black | screen 2, cable 1 | printer (not judged), cable |" in text


def test_of_the_test_half_only_ids_are_told() -> None:
    held_back = [replace(query, split=Split.TEST) for query in QUERIES]

    text = page.text(findings(held_back), SOURCE)

    assert "\nq3, q2, q1\n" in text
    assert not any(query.text in text for query in held_back)
    assert "wanted" not in "\n".join(listed(findings(held_back)))


def test_the_report_says_that_language_models_wrote_and_judged() -> None:
    assert "written and judged by language models" in page.text(findings(), SOURCE)


def test_a_look_is_not_recorded_for_a_report_that_could_not_be_written(tmp_path: Path) -> None:
    queries = put(tmp_path / "queries", [replace(QUERIES[0], split=Split.TEST)])

    for place, said in (("no/folder.md", "no folder .*no to write"), ("queries", "is a folder")):
        with pytest.raises(KbError, match=said):
            evaluated(tmp_path / place, "the first release", queries)

    assert (queries / "looks.tsv").read_text("utf-8").count("\n") == 1


def test_a_look_is_not_recorded_when_the_encoder_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = put(tmp_path / "queries", [replace(QUERIES[0], split=Split.TEST)])
    (tmp_path / "model.onnx").touch()
    monkeypatch.setenv("FIXPOINT_ENCODER", str(tmp_path))

    with pytest.raises(KbError, match="cannot be used as part of an encoder"):
        evaluated(tmp_path / "report.md", "the first release", queries)

    assert (queries / "looks.tsv").read_text("utf-8").count("\n") == 1


def test_queries_without_any_answer_are_reported_too() -> None:
    text = page.text(findings(QUERIES[3:]), SOURCE)

    assert "1 queries: 0 that a solution solves" in text
    assert row(text, "all", "1", "0.000")
