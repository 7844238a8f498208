from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb import findings
from kb.errors import KbError
from kb.findings import Check, Finding, Severity
from kb.flaws import Flaw, FlawKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FOUND = (
    Finding("zh/打印机.md", 3, Severity.ERROR, "x", Flaw(FlawKind.REPEATED_KEY, {"key": "标题"})),
    Finding("en/wifi.md", None, Severity.WARNING, "no summary"),
)


def test_the_last_check_is_read_as_it_was_kept(tmp_path: Path) -> None:
    findings.keep(tmp_path / "state", Path("articles"), NOON, [])
    findings.keep(tmp_path / "state", Path("articles"), NOON, FOUND)

    assert findings.last(tmp_path / "state") == Check("articles", NOON, FOUND)
    assert [each.name for each in (tmp_path / "state").iterdir()] == [findings.FILE]


def test_what_cannot_be_kept_is_told_and_the_last_check_stays(tmp_path: Path) -> None:
    findings.keep(tmp_path, Path("articles"), NOON, FOUND)
    (tmp_path / findings.FILE).rename(tmp_path / "last")
    (tmp_path / findings.FILE).mkdir()

    for state in (tmp_path, tmp_path / "last"):
        with pytest.raises(KbError, match=r"findings\.json cannot .*writers' page.*FIXPOINT_STATE"):
            findings.keep(state, Path("articles"), NOON, [])

    assert {each.name for each in tmp_path.iterdir()} == {findings.FILE, "last"}


def test_a_check_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / findings.FILE).mkdir()

    with pytest.raises(KbError, match=r"findings\.json cannot be read .*`fixpoint lint`"):
        findings.last(tmp_path)


def test_without_a_check_there_is_none(tmp_path: Path) -> None:
    assert findings.last(tmp_path) is None

    (tmp_path / findings.FILE).write_text('{"of": "another version"}', "utf-8")
    assert findings.last(tmp_path) is None
