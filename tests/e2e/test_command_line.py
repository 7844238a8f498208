"""The command line, as a writer meets it: ingest, search, lint, doctor."""

from __future__ import annotations

import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.e2e.commands import ROOT, Told


def test_ingest_search_and_doctor_go_hand_in_hand(told: Told, articles: Path) -> None:
    code, said = told("ingest")
    assert (code, "1 new or changed" in said, "now served" in said) == (0, True, True)

    code, said = told("ingest")
    assert (code, "0 texts encoded" in said, "unchanged" in said) == (0, True, True)

    code, said = told("search", "螢幕", "全黑了", "--lang", "zh")
    assert (code, "屏幕全黑" in said, "zh/screen-black" in said) == (0, True, True)
    assert "No article fits" not in said
    code, said = told("search", "钢琴黑键")
    assert (code, "No solution holds any of these words" in said) == (0, True)
    assert not (articles.parent / "state/casebook.sqlite").exists()

    code, said = told("doctor", str(articles))
    assert (code, "index = articles: 1 article, " in said) == (0, True)


def test_a_dry_run_says_what_would_change(told: Told, articles: Path) -> None:
    code, said = told("ingest", str(articles), "--dry-run")

    assert code == 0
    assert "nothing is written" in said
    assert "No index yet." in said


def test_a_watched_folder_is_ingested_after_every_change(articles: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "fixpoint", "ingest", "--watch"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        first = until(process, "now served")
        (articles / "zh/new.md").write_text("# 没有声音\n\n检查音量。\n", "utf-8")
        second = until(process, "now served")
        process.send_signal(signal.SIGINT)
        ended = process.wait(20)
    finally:
        process.kill()
        process.communicate()

    assert "1 file in" in first
    assert "2 files" in second
    assert ended == 130


def test_the_version_is_told(told: Told) -> None:
    assert told("--version") == (0, f"fixpoint {version('fixpoint-kb')}\n")


def until(process: subprocess.Popen[str], end: str) -> str:
    """What a process says up to the line that holds ``end``."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if end in line:
            break
    return said


def test_a_broken_article_is_told_with_its_line_and_the_exit_code_is_1(
    told: Told, articles: Path
) -> None:
    (articles / "zh/broken.md").write_text("---\ntitle: a\nconfidence: sure\n---\n", "utf-8")

    code, said = told("ingest")

    assert code == 1
    assert "zh/broken.md:3: " in said
    assert "now served" in said
    assert told("doctor")[0] == 1
    assert told("lint")[0] == 1


def test_lint_says_what_writers_should_mend(told: Told, articles: Path) -> None:
    text = "---\ntitle: a\nconfidence: wip\ntopic: softwear.update\nrelated: [screen-blak]\n---\n"
    (articles / "zh/draft.md").write_text(text, "utf-8")

    code, said = told("lint")

    assert code == 0
    assert "unknown topic 'softwear.update': did you mean 'software.update'?" in said
    assert "'screen-blak' does not exist: did you mean 'screen-black'?" in said
    assert "no section 解决方法 / Resolution" in said


def test_missing_translations_are_one_line_until_they_are_asked_for(
    told: Told, articles: Path
) -> None:
    (articles / "en").mkdir()
    (articles / "en/wifi.md").write_text("# Wi-Fi\n\n## Resolution\n\n1. Restart.\n", "utf-8")

    brief, full = told("lint"), told("lint", "--notes")

    assert brief[0] == full[0] == 0
    assert "zh/screen-black.md: note" not in brief[1]
    assert "1 solution without a version in English: `fixpoint lint --notes`" in brief[1]
    assert "zh/screen-black.md: note: there is no English version" in full[1]
    assert "en/wifi.md: note: there is no Chinese version" in full[1]


def test_the_products_own_articles_have_no_findings(told: Told) -> None:
    code, said = told("lint", str(ROOT / "kb/articles"))

    assert code == 0
    assert said.startswith("0 errors, 0 warnings")


def test_a_search_before_the_first_ingest_says_what_to_do(told: Told, articles: Path) -> None:
    assert articles.exists()

    code, said = told("search", "屏幕")

    assert code == 1
    assert "run `fixpoint ingest` first" in said
    code, said = told("doctor")
    assert (code, said.splitlines()[-1]) == (1, "no index yet: run `fixpoint ingest`")
    assert "differs" not in said


def test_the_doctor_names_the_files_that_differ(told: Told, articles: Path) -> None:
    told("ingest")
    (articles / "zh/new.md").write_text("# 没有声音\n\n检查音量。\n", "utf-8")

    code, said = told("doctor")

    assert code == 1
    assert "differs     articles not indexed: 1 (zh/new.md)\n" in said
    assert "(zh/new.md)\nmend the files and run `fixpoint ingest`" in said
