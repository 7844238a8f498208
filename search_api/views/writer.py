"""What the writer's page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from kb.casebook.reading import WeakSymptom
from kb.cases import Outcome, Verdict
from kb.domain import Language, SolutionId
from kb.findings import Check, Finding, Severity
from kb.flaws import FlawKind
from search_api.complaints import told
from search_api.wording import Words


@dataclass(frozen=True, slots=True)
class Weak:
    """A symptom that found no good solution."""

    symptom: str
    url: str
    """Where it is searched again."""
    lang: Language
    count: int
    last: str
    """UTC, ``2026-11-22``."""
    later: str
    """Whether something solved it, as far as anybody said, in the reader's words."""
    solved: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody wrote who called a solution wrong."""

    at: str
    """UTC, ``2026-11-22``."""
    who: str
    text: str
    """As it is stored: without personal numbers."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each verdict counts for a solution; ``url`` is empty for a withdrawn one."""

    solution: SolutionId
    title: str
    url: str
    counts: tuple[int, ...]
    """By verdict, in the order of :class:`Verdict`."""
    objections: tuple[Objection, ...] = ()
    """Newest first."""

    @property
    def wrong(self) -> bool:
        """Whether somebody said that its information is wrong."""
        return self.counts[_WRONG] > 0


@dataclass(frozen=True, slots=True)
class Flaw:
    """A finding of the last check."""

    place: str
    """File, and line where that is known."""
    severity: str
    error: bool
    text: str


@dataclass(frozen=True, slots=True)
class WriterPage:
    """What to write, what to check and what to mend."""

    weak: tuple[Weak, ...]
    tallies: tuple[Tally, ...]
    flaws: tuple[Flaw, ...]
    checked: str
    """Which folder was checked, and when; empty without a check that can be shown."""
    unread: bool
    """Whether there is a check, but it cannot be read."""
    days: int
    """Weak searches of so many days are shown."""
    verdicts: tuple[Verdict, ...] = tuple(Verdict)


_HOLE = re.compile(r"\{(\w+)\}")
_WRONG = tuple(Verdict).index(Verdict.WRONG)


def weak(found: WeakSymptom, words: Words) -> Weak:
    """One line of what was asked in vain."""
    reported = "later-open" if found.reported else "later-none"
    later = words["writer"]["later-solved" if found.solved else reported]
    return Weak(
        symptom=found.symptom,
        url="/?" + urlencode({"q": found.symptom}),
        lang=found.lang,
        count=found.count,
        last=f"{found.last:%Y-%m-%d}",
        later=later,
        solved=found.solved,
    )


def objection(outcome: Outcome, words: Words) -> Objection:
    """Who said when what is wrong, the reason before the note."""
    complaint, note = told(outcome.note)
    why = words["complaint"][complaint] if complaint else ""
    who = words["writer"][f"by-{outcome.source}"]
    return Objection(
        f"{outcome.at:%Y-%m-%d}", who, words["writer"]["dot"].join(filter(None, (why, note)))
    )


def worst(
    counts: Mapping[SolutionId, Mapping[Verdict, int]], limit: int
) -> list[tuple[SolutionId, tuple[int, ...]]]:
    """The solutions to look at first: most often wrong, not solved, partly; ties by id."""
    rows = [(id_, tuple(by.get(each, 0) for each in Verdict)) for id_, by in counts.items()]
    return sorted(rows, key=lambda row: (*(-count for count in reversed(row[1])), row[0]))[:limit]


def flaws(check: Check | None, words: Words) -> tuple[Flaw, ...]:
    """The findings, errors first, otherwise by path."""
    found = check.findings if check else ()
    return tuple(
        Flaw(
            place=each.path if each.line is None else f"{each.path}:{each.line}",
            severity=words["writer"][each.severity],
            error=each.severity is Severity.ERROR,
            text=_flaw(each, words),
        )
        for each in sorted(found, key=lambda each: each.severity is not Severity.ERROR)
    )


def _flaw(finding: Finding, words: Words) -> str:
    """A finding in the reader's language; one without a kind as the check said it."""
    said, values = words["flaw"], finding.flaw.values
    if finding.flaw.kind is FlawKind.OTHER:
        return finding.message
    text = said[finding.flaw.kind] + (said["meant"] if values.get("meant") else "")
    return _HOLE.sub(lambda hole: values.get(hole[1], ""), text)


def checked(check: Check | None, words: Words) -> str:
    """Which folder was checked, and when."""
    if check is None:
        return ""
    lead = words["writer"]["findings-lead"].replace("{folder}", check.folder)
    return lead.replace("{at}", f"{_minute(check.at)} UTC")


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
