"""A report as Markdown: where its figures come from, then tables."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a report: enough to make it again."""

    command: str
    data: str
    encoder: str
    """Fingerprint; empty where none took part."""
    commit: str


def head(title: str, words: str, provenance: Provenance) -> list[str]:
    """The lines before the first table."""
    facts = [
        ("Command", f"`{provenance.command}`"),
        ("Data", provenance.data),
        ("Encoder fingerprint", f"`{provenance.encoder}`" if provenance.encoder else ""),
        ("Commit", f"`{provenance.commit}`"),
    ]
    return [
        f"# {title}",
        "",
        words,
        "",
        *(f"- {name}: {value}" for name, value in facts if value),
        "",
    ]


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table with an empty line after it; the first column is text, others numbers."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return [_row(columns), _row(rule), *map(_row, rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def commit() -> str:
    """The short hash of what is checked out, ``-dirty`` when code differs from it."""
    if not (ROOT / ".git").exists():
        return "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":!*/reports/*")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own arguments
