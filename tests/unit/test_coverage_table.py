from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from fixpoint.checking import coverage
from ingest.coverage import table
from ingest.reading import shelf
from kb.domain import Language
from kb.taxonomy import Taxonomy

AREAS = {"software": {Language.ZH: "系统", Language.EN: "System"}}
TOPICS = {
    "software.update": {Language.ZH: "更新", Language.EN: "Updates"},
    "software.storage": {Language.ZH: "储存空间", Language.EN: "Storage"},
}


def test_each_topic_counts_its_solutions_by_language(tmp_path: Path) -> None:
    head, note = "---\nowner: a\ntopic: software.update\n---\n", "::: internal\n先问型号。\n:::\n"
    texts = {
        "zh/a.md": head + note,
        "en/a.md": head + "Restart.\n",
        "zh/b.md": head + "重启。\n",
        "zh/c.md": "---\nowner: a\ntopic: software.update\nconfidence: archived\n---\n重启。\n",
        "zh/d.md": "# 没有主题\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")

    read = [each.article for each in shelf(tmp_path).sourced]
    rows = table(read, Taxonomy(AREAS, TOPICS)).splitlines()[-3:]

    assert rows == [
        "| 系统 / System | 更新 / Updates | `software.update` | 2 | 1 | 1 |",
        "| 系统 / System | 储存空间 / Storage | `software.storage` | 0 | 0 | 0 |",
        "| **All** |  |  | 3 | 1 | 1 |",
    ]


def test_a_file_that_cannot_be_counted_is_told_beside_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 开不了机\n", "utf-8")
    (tmp_path / "b.md").write_bytes(b"\xff\x00\x01")
    out, err = StringIO(), StringIO()

    counted = coverage(tmp_path, Console(file=out, width=200), Console(file=err, width=200))

    assert not counted
    assert out.getvalue().endswith("| **All** |  |  | 1 | 0 | 0 |\n")
    assert err.getvalue().startswith("not counted: b.md")
