from __future__ import annotations

import pytest

from kb.cases import Verdict
from search_api.complaints import Complaint, noted, told


@pytest.mark.parametrize(
    ("complaint", "note", "kept"),
    [
        (None, "", None),
        (None, "第二步打不开", "第二步打不开"),
        (Complaint.UNCLEAR, "", "[unclear]"),
        (Complaint.OTHER_DEVICE, "mine is an iPad", "[other-device] mine is an iPad"),
        (None, "[unknown] 方括号", "[unknown] 方括号"),
        (None, "[没有右括号", "[没有右括号"),
    ],
)
def test_a_note_keeps_the_complaint_and_gives_it_back(
    complaint: Complaint | None, note: str, kept: str | None
) -> None:
    assert noted(complaint, note) == kept
    assert told(kept) == (complaint, note)


def test_only_what_is_for_another_device_could_not_be_tried() -> None:
    assert [each for each in Complaint if not each.tried] == [Complaint.OTHER_DEVICE]


def test_what_is_left_over_is_told_of_what_helped_partly() -> None:
    partly = [each for each in Complaint if each.under is Verdict.PARTLY]

    assert partly == [Complaint.CAME_BACK, Complaint.UNFINISHED]
    assert {each.verdict for each in partly} == {Verdict.PARTLY}


def test_only_false_information_is_a_task_for_the_writer() -> None:
    wrong = [each for each in Complaint if each.verdict is Verdict.WRONG]

    assert wrong == [Complaint.FALSE]
