"""What a report is told of the checkout that it was made from."""

from __future__ import annotations

import subprocess
from pathlib import Path

from evaluation.report import new_files, table


def test_new_files_of_code_are_told_and_reports_and_notes_are_not(tmp_path: Path) -> None:
    for name in ("kb/ranking.py", "evaluation/reports/support.md", "notes.md", "kb/scratch.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("new", "utf-8")
    (tmp_path / ".gitignore").write_text("*.pyc\n", "utf-8")
    assert new_files(tmp_path) == []

    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    assert new_files(tmp_path) == ["kb/ranking.py"]


def test_a_table_has_numbers_at_the_right_and_texts_at_the_left() -> None:
    lines = table(("query", "nDCG@10", "text"), [("q1", "0.500", "打印机脱机")], texts=["text"])

    assert lines == [
        "| query | nDCG@10 | text |",
        "| --- | ---: | --- |",
        "| q1 | 0.500 | 打印机脱机 |",
        "",
    ]
