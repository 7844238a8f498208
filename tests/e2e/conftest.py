"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Told


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "state"))
    folder = tmp_path / "articles"
    (folder / "zh").mkdir(parents=True)
    text = "---\ntitle: 屏幕全黑\nsymptoms: [屏幕突然全黑]\n---\n## 解决方法\n\n1. 先充电一小时。\n"
    (folder / "zh/screen-black.md").write_text(text, "utf-8")
    monkeypatch.setenv("FIXPOINT_ARTICLES", str(folder))
    return folder


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(capsys, monkeypatch)
