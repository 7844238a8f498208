"""What a writer should mend before readers see it."""

from __future__ import annotations

from pathlib import Path

from ingest.batches import batches, survey
from ingest.components import MarkdownReader, Sourced
from ingest.lint.dead_links import dead_links
from ingest.lint.front_matter import front_matter
from kb.findings import Finding, Severity
from kb.library import Library
from kb.taxonomy import Taxonomy
from kb.vocabulary import Vocabulary


def lint(articles: Path, vocabulary: Vocabulary, taxonomy: Taxonomy) -> list[Finding]:
    """All findings of a folder, by path."""
    surveyed = survey(Library(articles), {})
    reader = MarkdownReader()
    problems, sourced = list(surveyed.problems), list[Sourced]()
    for batch in batches(surveyed.files):
        outputs = reader.run(batch)
        problems += outputs["problems"]
        sourced += outputs["articles"]
    read = [each.article for each in sourced]
    findings = [
        *(
            Finding(each.path, each.line, Severity.ERROR, each.reason, each.flaw)
            for each in problems
        ),
        *front_matter(read, vocabulary, taxonomy),
        *dead_links(sourced, {problem.path for problem in problems}),
    ]
    return sorted(findings, key=lambda finding: (finding.path, finding.line or 0))
