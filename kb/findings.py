"""What a check of the articles found, kept in a file for who mends them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kb.errors import KbError
from kb.flaws import UNNAMED, Flaw


class Severity(StrEnum):
    """An error keeps an article out of the index; a warning does not, and a note may stay."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend."""

    path: str
    line: int | None
    severity: Severity
    message: str
    """In English, as the command line says it."""
    flaw: Flaw = UNNAMED
    """The same for pages, which say it in the reader's language."""


def warning(path: str, message: str, flaw: Flaw, *, line: int | None = None) -> Finding:
    """Something to mend that keeps nothing out of the index; no line = in the file as a whole."""
    return Finding(path, line, Severity.WARNING, message, flaw)


@dataclass(frozen=True, slots=True)
class Check:
    """All findings of one look at a folder of articles, by path."""

    folder: str
    at: datetime
    """UTC."""
    findings: tuple[Finding, ...]


FILE = "findings.json"
"""Below the state folder; a cache: `fixpoint lint` writes it anew."""

_CHECKS = TypeAdapter(Check)


def keep(state: Path, folder: Path, at: datetime, findings: Sequence[Finding]) -> None:
    """Write a check in place of the last one; a reader sees one of them whole.

    Raises:
        KbError: it cannot be written; the last one stays.
    """
    aside = state / f"{FILE}.{os.getpid()}"
    try:
        state.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(_CHECKS.dump_json(Check(str(folder), at, tuple(findings))))
            aside.replace(state / FILE)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise KbError(
            f"{state / FILE} cannot be written ({error.strerror}), so the writers' page does not "
            "show these findings: let this user write there, or set FIXPOINT_STATE to another place"
        ) from error


def last(state: Path) -> Check | None:
    """The last check; ``None`` if there was none, or its file is not one of this version.

    Raises:
        KbError: there is one that cannot be read: nobody can say that there was none.
    """
    try:
        return _CHECKS.validate_json((state / FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    except OSError as error:
        raise KbError(
            f"{state / FILE} cannot be read ({error.strerror}), so the writers' page shows no "
            "findings: let the user of this service read it, or delete it and run `fixpoint lint`"
        ) from error
