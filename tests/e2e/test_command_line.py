from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from shutil import which

import pytest

from fixpoint.__main__ import main
from fixpoint.serving import _listening
from kb.settings import Settings

ROOT = Path(__file__).parent.parent.parent
CORE = {"OMP_NUM_THREADS": "1"}


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "state"))
    folder = tmp_path / "articles"
    (folder / "zh").mkdir(parents=True)
    text = "---\ntitle: 屏幕全黑\nsymptoms: [屏幕突然全黑]\n---\n## 解决方法\n\n1. 先充电一小时。\n"
    (folder / "zh/screen-black.md").write_text(text, "utf-8")
    monkeypatch.setenv("FIXPOINT_ARTICLES", str(folder))
    return folder


class Told:
    """What a command said, and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *arguments: str) -> tuple[int, str]:
        self._monkeypatch.setattr(sys, "argv", ["fixpoint", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(capsys, monkeypatch)


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


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("ingest --dry-run --watch", "--dry-run and --watch exclude each other: leave one out"),
        ("ingest --drynu", "no such option: --drynu (Possible options: --dry-run)"),
        ("search 屏幕 --lang fr", "invalid value for '--lang': 'fr' is not one of 'zh', 'en'"),
        ("search 屏幕 --limit 99", "invalid value for '--limit': must be less than or equal to 20"),
        ("serve --port any", "invalid value for '--port': must be a valid integer"),
        ("search", "missing argument 'symptom'"),
        ("restore", "missing argument 'file'"),
        ("key revoke", "missing argument 'ID'"),
    ],
)
def test_wrong_use_is_one_line_that_names_the_help(told: Told, command: str, wrong: str) -> None:
    named = command.split()[: 2 if command.startswith("key") else 1]

    assert told(*command.split()) == (
        2,
        f"fixpoint: {wrong}: see `fixpoint {' '.join(named)} --help`\n",
    )


def test_a_command_that_does_not_exist_leads_to_the_help(told: Told) -> None:
    assert told("check") == (2, "fixpoint: no such command 'check': see `fixpoint --help`\n")


def test_the_version_is_told(told: Told) -> None:
    assert told("--version") == (0, f"fixpoint {version('fixpoint-kb')}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("forget", "--case", "C-1", "--case", "C-2"),
        ("forget", "--case=C-1", "--case=C-2"),
        ("key", "create", "--name", "x", "--scope", "agent", "--scope", "writer"),
    ],
)
@pytest.mark.usefixtures("articles")
def test_of_an_option_given_twice_none_is_dropped_silently(
    told: Told, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, said = told(*arguments)

    assert code == 2
    assert "is given twice: it takes one value, so run the command once for each" in said
    assert not (tmp_path / "state").exists()


@pytest.mark.usefixtures("articles")
def test_what_stands_behind_two_dashes_is_no_option(told: Told) -> None:
    code, said = told("search", "--", "--reset", "--reset")

    assert (code, "run `fixpoint ingest` first" in said) == (1, True)


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


@pytest.mark.parametrize("command", ["ingest", "lint", "doctor"])
def test_a_folder_that_is_not_there_is_told_before_anything_else(
    told: Told, articles: Path, command: str
) -> None:
    gone = articles / "none"

    assert told(command, str(gone)) == (
        1,
        f"fixpoint: no folder {gone}: create it, or set FIXPOINT_ARTICLES to yours\n",
    )


def test_the_doctor_names_the_files_that_differ(told: Told, articles: Path) -> None:
    told("ingest")
    (articles / "zh/new.md").write_text("# 没有声音\n\n检查音量。\n", "utf-8")

    code, said = told("doctor")

    assert code == 1
    assert "differs     articles not indexed: 1 (zh/new.md)\n" in said
    assert "(zh/new.md)\nmend the files and run `fixpoint ingest`" in said


UNPRIVILEGED = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
"""Runs a command without root's right to pass over permissions."""


@pytest.mark.skipif(not which("setpriv"), reason="needs setpriv of util-linux")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("lint", "0 errors, 1 warning in .*findings.json cannot be written"),
        ("doctor", "Permission denied.*; let this user write there"),
        ("ingest", "LOCK cannot be opened .Permission denied.: let this user write there"),
        ("serve", "SERVING cannot be opened .Permission denied.: let this user write there"),
        (
            "key create --scope agent --name x",
            "casebook.sqlite failed .Permission denied.: let this user write to it",
        ),
    ],
)
def test_a_state_folder_that_may_only_be_read_is_told(
    told: Told, articles: Path, tmp_path: Path, command: str, said: str
) -> None:
    assert articles.exists()
    told("ingest")
    for each in (tmp_path / "state", *(tmp_path / "state").rglob("*")):
        each.chmod(0o500 if each.is_dir() else 0o400)

    fixpoint = [sys.executable, "-m", "fixpoint", *command.split()]
    ended = subprocess.run(
        [*(UNPRIVILEGED if os.geteuid() == 0 else ()), *fixpoint],
        cwd=ROOT,
        env=os.environ | CORE,
        check=False,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert re.search(said, ended.stdout + ended.stderr, re.DOTALL)
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "command",
    [("ingest",), ("serve", "--port", "0"), ("key", "create", "--scope", "agent", "--name", "x")],
)
def test_a_state_folder_that_cannot_be_made_is_told(
    told: Told, articles: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    assert articles.exists()
    monkeypatch.setenv("FIXPOINT_STATE", "/proc/nowhere")

    code, said = told(*command)

    assert code == 1
    assert re.search("/proc/nowhere.* can(not)? be made .*set FIXPOINT_STATE", said)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("FIXPOINT_PORT", "eight", "must be a valid integer\n"),
        ("FIXPOINT_TRUSTED_PROXIES", "proxy", "must be addresses or networks with commas, such as"),
        ("FIXPOINT_LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("FIXPOINT_LOG_FORMAT", "xml", "must be 'auto', 'text' or 'json'"),
        ("FIXPOINT_QDRANT_URL", "foo", "must be a URL such as http://127.0.0.1:6333, or empty"),
        ("FIXPOINT_QDRANT_URL", "localhost:6333", "must be a URL such as"),
        ("FIXPOINT_QDRANT_URL", "http://", "must be a URL such as"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_allowed(
    told: Told, monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)

    code, said = told("ingest")

    assert code == 2
    assert f"fixpoint: {name}: {allowed}" in said


@contextmanager
def service(port: str = "0") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "fixpoint", "serve", "--port", port],
        cwd=ROOT,
        env=os.environ | CORE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[3]


def test_serve_answers_until_it_is_told_to_stop(told: Told, articles: Path) -> None:
    assert articles.exists()
    told("ingest")
    with service() as process:
        url = address(process)
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            ready = answer.status
        process.send_signal(signal.SIGTERM)
        ended = process.wait(20)

    assert ready == 200
    assert ended == 0


def test_a_second_service_over_one_index_is_told_what_to_do(articles: Path) -> None:
    assert articles.exists()
    with service() as first:
        url = address(first)
        with service() as second:
            _, said = second.communicate(timeout=30)

    assert url.startswith("http://127.0.0.1:")
    assert second.returncode == 1
    assert f"process {first.pid} serves" in said
    assert "FIXPOINT_QDRANT_URL" in said


def test_a_port_that_is_taken_is_named(
    told: Told, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert articles.exists()
    with service() as first:
        port = address(first).rpartition(":")[2]
        monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "other"))
        code, said = told("serve", "--port", port)

    assert code == 1
    assert f":{port}" in said
    assert "FIXPOINT_PORT" in said


def test_a_service_without_its_casebook_says_so_and_never_seems_to_answer(
    told: Told, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert articles.exists()
    monkeypatch.setenv("FIXPOINT_CASEBOOK_URL", f"postgresql://x@/y?host={tmp_path}")

    code, said = told("serve", "--port", "0")

    assert code == 1
    assert "casebook" in said
    assert "answers at" not in said
    assert "Traceback" not in said


def test_head_and_body_of_an_answer_do_not_wait_for_each_other(articles: Path) -> None:
    """Only for a socket that names its protocol does asyncio switch Nagle's algorithm off."""
    settings = Settings(articles=articles, port=0)

    with closing(_listening(settings)) as listening:
        assert listening.proto == socket.IPPROTO_TCP
