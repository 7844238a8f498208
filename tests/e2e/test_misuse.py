"""The command line used wrongly: one line says what would have worked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.e2e.commands import CORE, ROOT, Told


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


@pytest.mark.parametrize("command", ["ingest", "lint", "doctor"])
def test_a_folder_that_is_not_there_is_told_before_anything_else(
    told: Told, articles: Path, command: str
) -> None:
    gone = articles / "none"

    assert told(command, str(gone)) == (
        1,
        f"fixpoint: no folder {gone}: create it, or set FIXPOINT_ARTICLES to yours\n",
    )


UNPRIVILEGED = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
"""Runs a command without root's right to pass over permissions."""


@pytest.mark.skipif(not which("setpriv"), reason="needs setpriv of util-linux")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("lint", "0 errors, [0-9]+ warnings? in .*findings.json cannot be written"),
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
