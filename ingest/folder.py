"""A folder of Markdown into the served index, or what that would change.

Haystack is imported only when there is something to do: that takes longer than looking.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ingest.batches import Survey, survey
from ingest.report import Progress, Report
from kb import indexing
from kb.domain import ArticleId
from kb.errors import KbError
from kb.generation import open_current
from kb.library import Library
from kb.points import Record
from kb.revising import Counts
from kb.wiring import Parts


def ingest(
    parts: Parts, articles: Path, *, rebuild: bool = False, progress: Progress | None = None
) -> Report:
    """Bring the served index up to date with a folder.

    A file that cannot be read is a problem in the report; what was served of it before stays.
    Raises :class:`kb.errors.IndexBusy` while another ingest
    runs, and other :class:`kb.errors.KbError` kinds when the store fails: what was served then
    stays as it was.
    """
    with parts.store.writing():
        base, known = _base(parts, rebuild=rebuild)
        surveyed = survey(Library(articles), known)
        if surveyed.elsewhere:
            raise KbError(
                f"none of the {len(known)} indexed articles has its file in {articles}: if that is "
                "the right folder, run `fixpoint ingest --rebuild`"
            )
        if _unchanged(surveyed) and base == parts.store.current():
            return _nothing(parts, surveyed)
        from ingest.work import written  # noqa: PLC0415 - see above

        return written(parts, surveyed, base, progress)


def dry_run(parts: Parts, articles: Path, *, rebuild: bool = False) -> Report:
    """What :func:`ingest` would change; nothing is encoded or written."""
    _, known = _base(parts, rebuild=rebuild)
    surveyed = survey(Library(articles), known)
    if _unchanged(surveyed):
        return _nothing(parts, surveyed)
    from ingest.work import planned  # noqa: PLC0415 - see above

    return planned(parts, surveyed)


def _unchanged(surveyed: Survey) -> bool:
    return not surveyed.changed and not surveyed.gone({})


def _nothing(parts: Parts, surveyed: Survey) -> Report:
    return Report(
        generation=parts.store.current(),
        published=False,
        files=len(surveyed.files) + len(surveyed.problems),
        changed=0,
        gone=0,
        counts=Counts(),
        encoded=0,
        problems=surveyed.problems,
    )


def _base(parts: Parts, *, rebuild: bool) -> tuple[str | None, dict[ArticleId, Record]]:
    """The generation to copy with its records, or nothing when all must be built anew."""
    current = None if rebuild else parts.store.current()
    if current is None or indexing.schema_of(current) != parts.schema:
        return None, {}
    found = open_current(parts.store)
    if found is None:
        return None, {}
    current, opened = found
    with closing(opened) as index:
        if indexing.outgrown(index):
            return None, {}
        return current, indexing.known_records(index)
