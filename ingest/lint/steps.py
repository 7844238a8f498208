"""Resolutions that do not say step by step what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ingest.lint.sentences import sentences
from ingest.lint.written import Written
from kb.domain import Audience, Block, BlockKind, SectionKind
from kb.findings import Finding
from kb.flaws import Flaw, FlawKind

_ONE_ACT: Final = 2
"""Sentences of a resolution that needs no number: what to do, and what that changes."""


def steps(written: Written) -> Iterator[Finding]:
    """A resolution without numbered steps, unless it is one short paragraph; empty steps."""
    resolution = [each for each in written.article.sections if each.kind is SectionKind.RESOLUTION]
    blocks = [block for section in resolution for block in section.blocks]
    if resolution and not written.prose.steps and not _one_act(blocks):
        message = "the resolution has no numbered steps: number what to do, one act after the other"
        yield written.warning(written.line(resolution[0]), message, Flaw(FlawKind.NO_STEPS))
    for step in written.prose.steps:
        if step.empty:
            number = step.anchor.rpartition("-")[2]
            message = f"step {number} is empty: say what to do, or remove it"
            flaw = Flaw(FlawKind.EMPTY_STEP, {"step": number})
            yield written.warning(step.line, message, flaw)


def _one_act(blocks: Sequence[Block]) -> bool:
    public = [each for each in blocks if each.audience is Audience.PUBLIC]
    return (
        len(public) == 1
        and public[0].kind is BlockKind.TEXT
        and len(list(sentences(public[0].text))) <= _ONE_ACT
    )
