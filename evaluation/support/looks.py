"""The test half, and the record of who looked at it and why.

A half that was looked at often is no test any more: each look is a line of ``looks.tsv``, which is
committed like code. Only the report command comes here, which ``tests/test_architecture.py`` checks
by the names that code uses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evaluation.support.queries import FOLDER, Split, SupportQuery, both_halves, half
from kb.errors import KbError

LOOKS = "looks.tsv"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the test half."""

    commit: str
    """What is checked out, as :func:`evaluation.report.commit` tells it."""
    day: date
    """UTC."""
    reason: str
    """A sentence."""
    new_files: Sequence[str]
    """Of code, which no commit has, as :func:`evaluation.report.new_files` tells them."""


def held_back(look: Look, solutions: Collection[str], folder: Path = FOLDER) -> list[SupportQuery]:
    """The test half, once the look is recorded; an empty one is no look.

    ``solutions`` are those of the library; the files are checked as in ``development``.

    Raises :class:`kb.errors.KbError` for a checkout that differs from its commit, which includes a
    look before that is not committed and files of code that are new, and for a look without a
    reason.
    """
    _refuse_changed(look)
    reason = " ".join(look.reason.split())
    if not reason:
        raise KbError("the test half is not looked at without a reason: give a sentence")
    queries = half(Split.TEST, both_halves(solutions, folder))
    if queries:
        _record(f"{look.commit}\t{look.day.isoformat()}\t{reason}\n", folder / LOOKS)
    return queries


def _refuse_changed(look: Look) -> None:
    if look.commit == "unknown" or look.commit.endswith("-dirty"):
        raise KbError(
            f"the test half is looked at from a clean checkout, this one is {look.commit}: commit "
            f"everything first, {LOOKS} with the look before too"
        )
    if look.new_files:
        raise KbError(
            f"the test half is looked at from a clean checkout, this one has new files such as "
            f"{look.new_files[0]}: commit or remove them first"
        )


def _record(line: str, path: Path) -> None:
    """Add the line; the file must be there, for a new one would not make the checkout dirty."""
    try:
        with path.open("r+", encoding="utf-8") as looks:
            looks.seek(0, 2)
            looks.write(line)
    except OSError as error:
        raise KbError(
            f"no look can be recorded in {path}: {error.strerror}; check the file out again"
        ) from error
