"""Sentences and steps that are too long to follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ingest.lint.sentences import length, sentences
from ingest.lint.written import Written
from kb.domain import Language
from kb.findings import Finding
from kb.flaws import Flaw, FlawKind

MOST_IN_SENTENCE: Final[Mapping[Language, int]] = {Language.EN: 40, Language.ZH: 66}
"""Words; of Chinese, characters.

GOV.UK's style guide says to split sentences of more than 25 words; names of menus, which a writer
cannot shorten, get some room beside them. A Chinese sentence of our articles has 1.64 times as
many characters as its translation has words (median 18 and 11).
"""
MOST_IN_STEP: Final[Mapping[Language, int]] = {Language.EN: 100, Language.ZH: 165}
"""Two and a half of the longest sentences, in the same units, branches and all.

A reader looks from the device to the page and back after each act: more is several acts, and
several acts are several steps.
"""
_SHOWN: Final = 20
"""Characters of a sentence by which its writer finds it."""


def readability(written: Written) -> Iterator[Finding]:
    """What is longer than a reader can follow, with its line."""
    lang = written.article.lang
    for paragraph in written.prose.paragraphs:
        if length(paragraph.text) > MOST_IN_SENTENCE[lang]:
            for sentence in sentences(paragraph.text):
                if (count := length(sentence.text)) > MOST_IN_SENTENCE[lang]:
                    line = paragraph.line + sentence.line
                    yield _long_sentence(written, line, sentence.text, count)
    for step in written.prose.steps:
        if (count := length(step.text)) > MOST_IN_STEP[lang]:
            number, most = step.anchor.rpartition("-")[2], str(MOST_IN_STEP[lang])
            message = (
                f"step {number} has {count} {_units(lang)}, more than {most}: "
                "make several steps of it"
            )
            values = {"step": number, "count": str(count), "most": most}
            yield written.warning(step.line, message, Flaw(FlawKind.LONG_STEP, values))


def _long_sentence(written: Written, line: int, sentence: str, count: int) -> Finding:
    lang = written.article.lang
    begin, most = " ".join(sentence[:_SHOWN].split()), str(MOST_IN_SENTENCE[lang])
    message = f"the sentence '{begin}…' has {count} {_units(lang)}, more than {most}: split it"
    values = {"begin": begin, "count": str(count), "most": most}
    return written.warning(line, message, Flaw(FlawKind.LONG_SENTENCE, values))


def _units(lang: Language) -> str:
    return "characters" if lang is Language.ZH else "words"
