"""The command line, run within the process of the test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fixpoint.__main__ import main

ROOT = Path(__file__).parent.parent.parent
CORE = {"OMP_NUM_THREADS": "1"}


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
