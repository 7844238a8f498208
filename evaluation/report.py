"""A report as Markdown: where its figures come from, then tables."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = ("kb", "evaluation", "ingest", "search_api")
"""Folders of what decides a ranking, and of what measures it."""


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


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, texts: Collection[str] = ()
) -> list[str]:
    """A Markdown table with an empty line after it.

    The first column and those that ``texts`` names begin at the left; the others are numbers.
    """
    rule = ["---", *("---" if each in texts else "---:" for each in columns[1:])]
    return [_row(columns), _row(rule), *map(_row, rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def commit() -> str:
    """The short hash of what is checked out, ``-dirty`` when code differs from it."""
    if not (ROOT / ".git").exists():
        return "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":!*/reports/*")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def new_files(root: Path = ROOT) -> list[str]:
    """Files below :data:`CODE` that no commit ever had, less reports and what git ignores.

    None where there is no repository.
    """
    if not (root / ".git").exists():
        return []
    listed = ("ls-files", "--others", "--exclude-standard")
    return _git(*listed, "--", *CODE, ":!*/reports/*", root=root).splitlines()


def _git(*arguments: str, root: Path = ROOT) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own arguments
