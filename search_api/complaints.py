"""Why a solution did not help, or only partly, as customers tell it on a page."""

from __future__ import annotations

from enum import StrEnum

from kb.cases import Verdict


class Complaint(StrEnum):
    """What was wrong, in the order in which pages offer it."""

    OTHER_DEVICE = "other-device"
    NO_EFFECT = "no-effect"
    UNCLEAR = "unclear"
    FALSE = "false"
    CAME_BACK = "came-back"
    UNFINISHED = "unfinished"

    @property
    def under(self) -> Verdict:
        """The verdict that it is offered with."""
        return Verdict.PARTLY if self in _PARTLY else Verdict.NOT_SOLVED

    @property
    def verdict(self) -> Verdict:
        """What it says of the solution: false information is also a task for the writer."""
        return Verdict.WRONG if self is Complaint.FALSE else self.under

    @property
    def tried(self) -> bool:
        """Whether the solution could be tried: what is for another device fails nobody."""
        return self is not Complaint.OTHER_DEVICE


_PARTLY = frozenset({Complaint.CAME_BACK, Complaint.UNFINISHED})
"""What helped for a while, or in part, sends an agent to the cause that is left."""


def noted(complaint: Complaint | None, note: str) -> str | None:
    """An outcome's note: the complaint's name in brackets, then what was written, if anything."""
    named = [f"[{complaint}]"] if complaint else []
    return " ".join([*named, *([note] if note else [])]) or None


def told(note: str | None) -> tuple[Complaint | None, str]:
    """The complaint and the text of a note; the inverse of :func:`noted`."""
    name, _, text = (note or "").removeprefix("[").partition("]")
    if (note or "").startswith("[") and name in set(Complaint):
        return Complaint(name), text.strip()
    return None, note or ""
