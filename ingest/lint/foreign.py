"""Texts in another language than that of the folder which they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.lint.languages import NAMES
from ingest.lint.sentences import length
from ingest.lint.written import Written
from kb.domain import BlockKind, Language
from kb.findings import Finding
from kb.flaws import Flaw, FlawKind
from kb.folding import HAN, language

_LEAST: Final = 12
"""Words and Han characters from which a text tells its language: names and messages are shorter.
Chosen by hand."""
_HAN: Final = re.compile(f"[{HAN}]")
_QUOTED: Final = re.compile(r"“[^“”]*”|「[^「」]*」|\"[^\"\n]*\"")
"""Messages, which stand as they are shown."""


def foreign(written: Written) -> Iterator[Finding]:
    """The first text of an article in a language folder that is not in its language.

    Looked at are title and summary, then each section; code and what is quoted are left out.
    """
    article = written.article
    if not article.path.startswith(f"{article.lang}/"):
        return
    texts: list[tuple[int | None, str]] = [(None, f"{article.title}\n{article.summary}")]
    for section in article.sections:
        blocks = (each.text for each in section.blocks if each.kind is not BlockKind.CODE)
        texts.append((written.line(section), "\n".join(blocks)))
    for line, text in texts:
        if _foreign(text, article.lang):
            yield _told(written, line, Language.EN if article.lang is Language.ZH else Language.ZH)
            return


def _told(written: Written, line: int | None, found: Language) -> Finding:
    folder = f"{written.article.lang}/"
    message = f"this is in {NAMES[found]}, but stands in the folder {folder}: translate it"
    values = {"lang": str(found), "folder": folder}
    return written.warning(line, message, Flaw(FlawKind.FOREIGN_TEXT, values))


def _foreign(text: str, lang: Language) -> bool:
    said = _QUOTED.sub(" ", text)
    if lang is Language.ZH:
        return length(said) >= _LEAST and language(said) is Language.EN
    return len(_HAN.findall(said)) >= _LEAST and language(said) is Language.ZH
