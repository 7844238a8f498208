"""``fixpoint ingest`` on a terminal."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from watchfiles import watch as changes

from fixpoint.counting import counted
from ingest import folder
from ingest.report import Report
from kb.errors import KbError
from kb.settings import Settings
from kb.wiring import open_parts

WATCH_MS = 500
"""The first ingest of a watch begins after so long at the latest."""


def ingest(settings: Settings, articles: Path, out: Console, *, rebuild: bool = False) -> bool:
    """Ingest with a progress bar and tell what was done; whether every file could be read."""
    began = perf_counter()
    parts = open_parts(settings)
    with _bar(out) as bar:
        task = bar.add_task("ingest", total=None)
        report = folder.ingest(
            parts,
            articles,
            rebuild=rebuild,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        bar.update(task, visible=False)
    _tell(report, articles, out, seconds=perf_counter() - began)
    return not report.problems


def dry_run(settings: Settings, articles: Path, out: Console, *, rebuild: bool = False) -> bool:
    """Tell what an ingest would do; whether every file could be read."""
    began = perf_counter()
    report = folder.dry_run(open_parts(settings), articles, rebuild=rebuild)
    out.print("Dry run: nothing is written.")
    _tell(report, articles, out, seconds=perf_counter() - began)
    return not report.problems


def watch(settings: Settings, articles: Path, out: Console, *, rebuild: bool = False) -> None:
    """Ingest, then after every change until interrupted; a failure is told and the watch goes on.

    The folder is watched from before the first ingest on, so that no change is missed.
    """
    out.print(f"Watching {articles} for changes, stop with Ctrl-C.", markup=False)
    first = True
    for found in changes(articles, yield_on_timeout=True, rust_timeout=WATCH_MS):
        if not (first or found):
            continue
        try:
            ingest(settings, articles, out, rebuild=rebuild and first)
        except KbError as error:
            out.print(f"fixpoint: {error}", markup=False)
        first = False


def _bar(out: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    )


def _tell(report: Report, articles: Path, out: Console, *, seconds: float) -> None:
    counts = report.counts
    for problem in report.problems:
        out.print(f"[red]not read[/red]  {escape(str(problem))}")
    out.print(
        f"{counted(report.files, 'file')} in {articles}: {report.changed} new or changed, "
        f"{report.gone} gone",
        markup=False,
    )
    out.print(
        f"chunks: {counts.added} added, {counts.deleted} deleted, {counts.relabelled} relabelled; "
        f"{counted(report.encoded, 'text')} encoded; {seconds:.1f} s"
    )
    if report.problems:
        out.print(
            f"{counted(len(report.problems), 'file was', 'files were')} not read: mend what is "
            "named above and ingest again; what was served of it before stays."
        )
    if report.generation is None:
        out.print("No index yet.")
    else:
        state = "now served" if report.published else "unchanged"
        out.print(f"generation {report.generation}: {state}", markup=False)
