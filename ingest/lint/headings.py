"""Headings that are nearly those of a section with a meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingest.lint.written import Written
from kb.domain import SectionKind
from kb.findings import Finding
from kb.flaws import Flaw, FlawKind
from kb.markdown.headings import meant
from kb.suggestion import hint

_BELOW_TITLE: Final = 2
"""Headings from the title down to a section of its own."""


def headings(written: Written) -> Iterator[Finding]:
    """Each heading below the title, that everyone sees, which seems to be misspelt."""
    for section in written.article.sections:
        if section.kind is SectionKind.OTHER and len(section.heading) == _BELOW_TITLE:
            found = section.heading[-1]
            if not section.internal and (known := meant(found)):
                message = f"the heading {found!r} is that of no known section{hint(known)}"
                flaw = Flaw(FlawKind.MISSPELT_HEADING, {"found": found, "meant": known})
                yield written.warning(written.line(section), message, flaw)
