"""Markdown of other people, where a folder of it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def corpora() -> Path:
    """The folder that ``FIXPOINT_CORPORA`` names; tests without it are skipped."""
    folder = os.environ.get("FIXPOINT_CORPORA", "")
    if not folder:
        pytest.skip("FIXPOINT_CORPORA names no folder of Markdown files")
    return Path(folder)
