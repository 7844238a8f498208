"""``fixpoint lint`` and ``fixpoint doctor`` on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from ingest.doctor import examine
from ingest.lint import lint as found_in
from kb import findings, taxonomy, vocabulary
from kb.findings import Severity
from kb.settings import Settings
from kb.wiring import TAXONOMY, VOCABULARY, open_parts


def lint(settings: Settings, articles: Path, out: Console) -> bool:
    """Print every finding; whether no article is refused.

    Those of the service's own articles are kept for the writers' page.
    """
    found = found_in(articles, vocabulary.load(VOCABULARY), taxonomy.load(TAXONOMY))
    if articles.resolve() == settings.articles.resolve():
        findings.keep(settings.state, articles, datetime.now(UTC), found)
    for each in found:
        place = each.path if each.line is None else f"{each.path}:{each.line}"
        out.print(f"{place}: {each.severity}: {each.message}", markup=False)
    errors = sum(each.severity is Severity.ERROR for each in found)
    out.print(f"{errors} errors, {len(found) - errors} warnings in {articles}", markup=False)
    return not errors


def doctor(settings: Settings, articles: Path, out: Console) -> bool:
    """Print what is served and every difference from the articles; whether there is none."""
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
        out.print(f"differs     {difference.count} {difference.what}: {examples}", markup=False)
    ok = not examination.differences and not examination.problems
    counted = f"{examination.articles} articles, {examination.chunks} chunks"
    advice = "mend the files and run `fixpoint ingest`; if it still differs, add --rebuild"
    out.print(f"index = articles: {counted}" if ok else advice)
    return ok
