"""``fixpoint backup``, ``restore`` and ``retire``: what keeps the casebook safe, and small."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from kb.casebook import Casebook
from kb.casebook.archive import Manifest
from kb.casebook.backup import back_up
from kb.casebook.backup import restore as restored
from kb.settings import Settings
from kb.wiring import open_database


def backup(settings: Settings, file: Path, articles: Path, out: Console) -> None:
    """Write casebook and articles into one file, and tell what it holds."""
    with closing(open_database(settings)) as database:
        manifest = back_up(database, articles, file)
    out.print(f"{file}: {_contents(manifest)}", markup=False)
    out.print("It holds what customers typed, and secrets: keep it as safe as the casebook.")


def restore(settings: Settings, file: Path, articles: Path | None, out: Console) -> None:
    """Fill an empty casebook, and a folder of articles if one is named, from a backup."""
    with closing(open_database(settings)) as database:
        manifest = restored(database, file, articles)
        out.print(f"{database.place}: {_contents(manifest)}", markup=False)
    if articles is None:
        out.print("The articles stay in the file: --articles FOLDER restores them too.")
    else:
        out.print(f"Now run `fixpoint ingest {articles}`: the index is built anew.", markup=False)


def retire(settings: Settings, out: Console) -> None:
    """Forget what customers typed longer ago than the settings say, and tell how much it was."""
    with closing(open_database(settings)) as database:
        keep = timedelta(days=settings.keep_days)
        retired = Casebook(database).retire(keep=keep, now=datetime.now(UTC))
    out.print(
        f"older than {settings.keep_days} days: texts of {retired.searches} searches and "
        f"{retired.entries} entries erased"
    )


def _contents(manifest: Manifest) -> str:
    articles = sum(name.startswith("articles/") for name in manifest.files)
    rows = manifest.rows
    return f"{rows['searches']} searches, {rows['entries']} entries, {articles} articles"
