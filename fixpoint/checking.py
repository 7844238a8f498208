"""``fixpoint lint``, ``coverage`` and ``doctor`` on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from fixpoint.counting import counted
from ingest.coverage import table
from ingest.doctor import Examination, examine
from ingest.lint import lint as found_in
from ingest.lint.languages import NAMES
from ingest.reading import shelf
from kb import findings, taxonomy, vocabulary
from kb.domain import Language
from kb.findings import Finding, Severity
from kb.flaws import FlawKind
from kb.library import Library
from kb.settings import Settings
from kb.wiring import TAXONOMY, VOCABULARY, open_parts


def lint(settings: Settings, articles: Path, out: Console, *, notes: bool = False) -> bool:
    """Print every finding, of notes how many there are unless asked; whether none is refused.

    Those of the service's own articles are then kept for the writers' page; raises
    :class:`kb.errors.KbError` where that cannot be.
    """
    found = found_in(articles, vocabulary.load(VOCABULARY), taxonomy.load(TAXONOMY))
    for each in found:
        if each.severity is Severity.NOTE and not notes:
            continue
        place = each.path if each.line is None else f"{each.path}:{each.line}"
        out.print(f"{place}: {each.severity}: {each.message}", markup=False)
    severities = Counter(each.severity for each in found)
    errors, warnings = severities[Severity.ERROR], severities[Severity.WARNING]
    said = f"{counted(errors, 'error')}, {counted(warnings, 'warning')} in {articles}"
    out.print(said, markup=False)
    for line in _untranslated(found):
        out.print(line if notes else f"{line}: `fixpoint lint --notes` names them", markup=False)
    if articles.resolve() == settings.articles.resolve():
        findings.keep(settings.state, articles, datetime.now(UTC), found)
    return not errors


def _untranslated(found: Sequence[Finding]) -> list[str]:
    """How many solutions lack a version, a line for each language that some lack."""
    missing = Counter(
        each.flaw.values["lang"] for each in found if each.flaw.kind is FlawKind.NO_TRANSLATION
    )
    return [
        f"{counted(missing[lang], 'solution')} without a version in {NAMES[lang]}"
        for lang in Language
        if missing[lang]
    ]


def coverage(articles: Path, out: Console, err: Console) -> bool:
    """Print the table of what a folder's solutions cover; whether every file could be read.

    What could not is told on ``err``, for the table is a file's text.
    """
    folder = shelf(articles)
    read = [each.article for each in folder.sourced]
    out.print(table(read, taxonomy.load(TAXONOMY)), markup=False, end="")
    for problem in folder.problems:
        err.print(f"not counted: {problem}", markup=False)
    return not folder.problems


def doctor(settings: Settings, articles: Path, out: Console) -> bool:
    """Print what is served and every difference from the articles; whether there is none.

    Raises :class:`kb.errors.KbError` for a folder that cannot be listed, before anything else.
    """
    Library(articles).check()
    parts = open_parts(settings)
    out.print(f"articles    {articles}", markup=False)
    out.print(f"index       {parts.store.place}", markup=False)
    out.print(f"encoder     {settings.encoder} ({parts.encoder.fingerprint})", markup=False)
    examination = examine(parts, articles)
    out.print(f"generation  {examination.generation or 'none'}", markup=False)
    for problem in examination.problems:
        out.print(f"not read    {problem}", markup=False)
    for difference in examination.differences:
        examples = ", ".join(difference.examples)
        out.print(f"differs     {difference.what}: {difference.count} ({examples})", markup=False)
    out.print(_conclusion(examination))
    return examination.sound


def _conclusion(examination: Examination) -> str:
    if examination.generation is None:
        return "no index yet: run `fixpoint ingest`"
    if not examination.sound:
        return "mend the files and run `fixpoint ingest`; if it still differs, add --rebuild"
    articles, chunks = (
        counted(examination.articles, "article"),
        counted(examination.chunks, "chunk"),
    )
    return f"index = articles: {articles}, {chunks}"
