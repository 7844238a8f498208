"""Resolutions that do not say step by step what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ingest.lint.sentences import sentences
from ingest.lint.written import Written
from kb.domain import Audience, Block, BlockKind, SectionKind
from kb.findings import Finding
from kb.flaws import Flaw, FlawKind
from kb.markdown.prose import Step

_ONE_ACT: Final = 2
"""Sentences of a resolution that needs no number: what to do, and what that changes. Chosen by
hand."""


def steps(written: Written) -> Iterator[Finding]:
    """A resolution without numbered steps, unless it is one short paragraph; empty steps.

    What stands in ``internal`` containers is no step for the readers of a public article.
    """
    staff = written.article.audience is Audience.INTERNAL
    resolution = [
        each
        for each in written.article.sections
        if each.kind is SectionKind.RESOLUTION and (staff or not each.internal)
    ]
    blocks = [block for section in resolution for block in section.blocks]
    numbered = any(staff or not step.internal for step in written.prose.steps)
    if resolution and not numbered and not _one_act(blocks):
        message = "the resolution has no numbered steps: number what to do, one act after the other"
        yield written.warning(written.line(resolution[0]), message, Flaw(FlawKind.NO_STEPS))
    for step in written.prose.steps:
        if step.empty:
            message = f"{called(step)} is empty: say what to do, or remove it"
            yield written.warning(step.line, message, Flaw(FlawKind.EMPTY_STEP, facts(step)))


def called(step: Step) -> str:
    """A step in a message; steps for staff alone are counted by themselves."""
    return f"{'internal ' if step.internal else ''}step {step.number}"


def facts(step: Step) -> dict[str, str]:
    """The same for pages, as values of a flaw."""
    where = Audience.INTERNAL if step.internal else Audience.PUBLIC
    return {"where": str(where), "step": str(step.number)}


def _one_act(blocks: Sequence[Block]) -> bool:
    public = [each for each in blocks if each.audience is Audience.PUBLIC]
    return (
        len(public) == 1
        and public[0].kind is BlockKind.TEXT
        and len(list(sentences(public[0].text))) <= _ONE_ACT
    )
