"""What the writer's page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kb.casebook.reading import WeakSymptom
from kb.cases import Outcome, Verdict
from kb.domain import Language, SolutionId
from kb.findings import Check, Finding, Severity
from kb.flaws import FlawKind
from search_api.complaints import told
from search_api.views.moments import Moment, moment
from search_api.wording import Words


@dataclass(frozen=True, slots=True)
class Weak:
    """A symptom that found no good solution."""

    symptom: str
    url: str
    """Where it is searched again."""
    lang: Language
    count: int
    last: Moment
    later: str
    """Whether something solved it, as far as anybody said, in the reader's words."""
    solved: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody wrote who called a solution wrong."""

    at: Moment
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
class Untranslated:
    """Articles that lack a version in a language."""

    text: str
    """How many, of which language."""
    places: tuple[str, ...]
    """Their files."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Which folder was checked, and when: a sentence around its time."""

    before: str
    at: Moment
    after: str


@dataclass(frozen=True, slots=True)
class WriterPage:
    """What to write, what to check and what to mend."""

    weak: tuple[Weak, ...]
    tallies: tuple[Tally, ...]
    flaws: tuple[Flaw, ...]
    untranslated: tuple[Untranslated, ...]
    checked: Checked | None
    """``None`` without a check that can be shown."""
    unread: bool
    """Whether there is a check, but it cannot be read."""
    days: int
    """Weak searches of so many days are shown."""
    verdicts: tuple[Verdict, ...] = tuple(Verdict)


_HOLE = re.compile(r"\{(\w+)\}")
_SPOKEN = frozenset({"lang", "unit", "where"})
"""Facts of which pages have words of their own."""
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
        last=moment(found.last),
        later=later,
        solved=found.solved,
    )


def objection(outcome: Outcome, words: Words) -> Objection:
    """Who said when what is wrong, the reason before the note."""
    complaint, note = told(outcome.note)
    why = words["complaint"][complaint] if complaint else ""
    who = words["writer"][f"by-{outcome.source}"]
    text = words["writer"]["dot"].join(filter(None, (why, note)))
    return Objection(moment(outcome.at), who, text)


def worst(
    counts: Mapping[SolutionId, Mapping[Verdict, int]], limit: int
) -> list[tuple[SolutionId, tuple[int, ...]]]:
    """The solutions to look at first: most often wrong, not solved, partly; ties by id."""
    rows = [(id_, tuple(by.get(each, 0) for each in Verdict)) for id_, by in counts.items()]
    return sorted(rows, key=lambda row: (*(-count for count in reversed(row[1])), row[0]))[:limit]


def flaws(check: Check | None, words: Words) -> tuple[Flaw, ...]:
    """The findings that are no notes, errors first, otherwise by path."""
    found = [each for each in check.findings if each.severity is not Severity.NOTE] if check else []
    return tuple(
        Flaw(
            place=each.path if each.line is None else f"{each.path}:{each.line}",
            severity=words["writer"][each.severity],
            error=each.severity is Severity.ERROR,
            text=_flaw(each, words),
        )
        for each in sorted(found, key=lambda each: each.severity is not Severity.ERROR)
    )


def untranslated(check: Check | None, words: Words) -> tuple[Untranslated, ...]:
    """What lacks a version, by the language that it lacks; a language without any is left out."""
    found = check.findings if check else ()
    return tuple(
        Untranslated(words["writer"][f"untranslated-{lang}"].format(count=len(places)), places)
        for lang in Language
        if (places := tuple(each.path for each in found if _lacks(each, lang)))
    )


def _lacks(finding: Finding, lang: Language) -> bool:
    flaw = finding.flaw
    return flaw.kind is FlawKind.NO_TRANSLATION and flaw.values.get("lang") == lang


def _flaw(finding: Finding, words: Words) -> str:
    """A finding in the reader's language; as the check said it where it lacks a kind or a fact."""
    said, spoken = words["flaw"], words["flaw-fact"]
    values = {
        name: spoken.get(value, value) if name in _SPOKEN else value
        for name, value in finding.flaw.values.items()
    }
    text = said.get(finding.flaw.kind, "") + (said["meant"] if values.get("meant") else "")
    if not text or not values.keys() >= set(_HOLE.findall(text)):
        return finding.message
    return _HOLE.sub(lambda hole: values[hole[1]], text)


def checked(check: Check | None, words: Words) -> Checked | None:
    """Which folder was checked, and when."""
    if check is None:
        return None
    before, _, after = words["writer"]["findings-lead"].partition("{at}")
    folder = check.folder
    return Checked(
        before.replace("{folder}", folder), moment(check.at), after.replace("{folder}", folder)
    )
