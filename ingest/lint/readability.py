"""Sentences and steps that are too long to follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ingest.lint.languages import UNITS
from ingest.lint.sentences import length, sentences
from ingest.lint.steps import called, facts
from ingest.lint.written import Written
from kb.domain import Language
from kb.findings import Finding
from kb.flaws import Flaw, FlawKind
from kb.markdown.prose import Step

MOST_IN_SENTENCE: Final[Mapping[Language, int]] = {Language.EN: 40, Language.ZH: 66}
"""Words; of Chinese, characters. Chosen by hand.

GOV.UK's style guide says to split sentences of more than 25 words; names of menus, which a writer
cannot shorten, get some room beside them. A Chinese sentence has about five characters where its
translation has three words.
"""
MOST_IN_STEP: Final[Mapping[Language, int]] = {Language.EN: 100, Language.ZH: 165}
"""Two and a half of the longest sentences, in the same units, branches and all. Chosen by hand.

A reader looks from the device to the page and back after each act: more is several acts, and
several acts are several steps.
"""
_SHOWN: Final = 20
"""Characters of a sentence by which its writer finds it."""


def readability(written: Written) -> Iterator[Finding]:
    """What is longer than a reader can follow, with its line.

    A step is measured as everyone reads it, and what stands in it for staff by itself.
    """
    most = MOST_IN_SENTENCE[written.article.lang]
    for paragraph in written.prose.paragraphs:
        if length(paragraph.text) > most:
            for sentence in sentences(paragraph.text):
                if (count := length(sentence.text)) > most:
                    line = paragraph.line + sentence.line
                    yield _long_sentence(written, line, sentence.text, count)
    for step in written.prose.steps:
        if (count := length(step.text)) > MOST_IN_STEP[written.article.lang]:
            yield _long_step(written, step, count)
        if (count := length(step.notes)) > MOST_IN_STEP[written.article.lang]:
            yield _long_note(written, step, count)


def _long_sentence(written: Written, line: int, sentence: str, count: int) -> Finding:
    begin = " ".join(sentence[:_SHOWN].split())
    measured, values = _measured(count, MOST_IN_SENTENCE, written.article.lang)
    message = f"the sentence '{begin}…' has {measured}: split it"
    return written.warning(line, message, Flaw(FlawKind.LONG_SENTENCE, {"begin": begin} | values))


def _long_step(written: Written, step: Step, count: int) -> Finding:
    measured, values = _measured(count, MOST_IN_STEP, written.article.lang)
    message = f"{called(step)} has {measured}: make several steps of it"
    return written.warning(step.line, message, Flaw(FlawKind.LONG_STEP, facts(step) | values))


def _long_note(written: Written, step: Step, count: int) -> Finding:
    measured, values = _measured(count, MOST_IN_STEP, written.article.lang)
    message = f"what {called(step)} holds for agents has {measured}: shorten it"
    return written.warning(step.line, message, Flaw(FlawKind.LONG_NOTE, facts(step) | values))


def _measured(
    count: int, most: Mapping[Language, int], lang: Language
) -> tuple[str, dict[str, str]]:
    unit = UNITS[lang]
    values = {"count": str(count), "unit": unit, "most": str(most[lang])}
    return f"{count} {unit}, more than {most[lang]}", values
