"""``fixpoint backup``, ``restore``, ``retire``, ``forget``: keeps the casebook safe, and small."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from fixpoint.counting import counted
from fixpoint.keys import actor
from kb.casebook import Casebook
from kb.casebook.acts import AuditLog, Deed
from kb.casebook.archive import Manifest
from kb.casebook.backup import back_up
from kb.casebook.backup import restore as restored
from kb.casebook.database import Database
from kb.cases import CaseId, SearchId
from kb.settings import Settings
from kb.wiring import existing_database, open_database


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whose words to erase: one of these, the others empty."""

    search: str = ""
    case: str = ""
    actor: str = ""


def backup(
    settings: Settings, file: Path, articles: Path, out: Console, *, force: bool = False
) -> None:
    """Write casebook and articles into one file, and tell what it holds."""
    with closing(existing_database(settings)) as database:
        manifest = back_up(database, articles, file, replace=force)
        _tell(database, Deed.BACKED_UP, str(file))
    out.print(f"{file}: {_contents(manifest)}", markup=False)
    out.print("It holds what customers typed, and secrets: keep it as safe as the casebook.")


def restore(settings: Settings, file: Path, articles: Path | None, out: Console) -> None:
    """Fill an empty casebook, and a folder of articles if one is named, from a backup."""
    manifest = restored(lambda: closing(open_database(settings)), file, articles)
    with closing(open_database(settings)) as database:
        _tell(database, Deed.RESTORED, str(file))
        out.print(f"{database.place}: {_contents(manifest)}", markup=False)
    if articles is None:
        out.print("The articles stay in the file: --articles FOLDER restores them too.")
    else:
        out.print(f"Now run `fixpoint ingest {articles}`: the index is built anew.", markup=False)


def retire(settings: Settings, out: Console) -> None:
    """Forget what customers typed longer ago than the settings say, and tell how much it was."""
    with closing(existing_database(settings)) as database:
        keep = timedelta(days=settings.keep_days)
        retired = Casebook(database).retire(keep=keep, now=datetime.now(UTC), by=actor())
    out.print(
        f"older than {counted(settings.keep_days, 'day')}: texts of {_searches(retired.searches)} "
        f"and {_entries(retired.entries)} erased"
    )


def _tell(database: Database, deed: Deed, object_: str) -> None:
    AuditLog(database).append(datetime.now(UTC), actor(), deed, object_)


def forget(settings: Settings, asked: Forgotten, out: Console) -> None:
    """Erase what somebody typed, and tell how much it was; the audit log tells who did it."""
    by, at = actor(), datetime.now(UTC)
    with closing(existing_database(settings)) as database:
        casebook = Casebook(database)
        if asked.search:
            erased = casebook.erase_search(SearchId(asked.search), by=by, at=at)
        elif asked.case:
            erased = casebook.erase_case(CaseId(asked.case), by=by, at=at)
        else:
            erased = casebook.erase_actor(asked.actor, by=by, at=at)
    texts = counted(erased.texts, "search or entry", "searches and entries")
    out.print(f"{erased.object}: texts of {texts} erased", markup=False)


def _contents(manifest: Manifest) -> str:
    articles = counted(sum(name.startswith("articles/") for name in manifest.files), "article")
    rows = manifest.rows
    return f"{_searches(rows['searches'])}, {_entries(rows['entries'])}, {articles}"


def _searches(number: int) -> str:
    return counted(number, "search", "searches")


def _entries(number: int) -> str:
    return counted(number, "entry", "entries")
