"""An article beside the file that it stands in: where each text of it is."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.components import Sourced
from kb import frontmatter
from kb.domain import Article, Section
from kb.findings import Finding, warning
from kb.flaws import Flaw
from kb.frontmatter import Split
from kb.markdown.prose import Prose, prose


@dataclass(frozen=True, slots=True)
class Written:
    """An article, its prose, and its file in two parts."""

    article: Article
    prose: Prose
    split: Split

    def warning(self, line: int | None, message: str, flaw: Flaw) -> Finding:
        """What is wrong on a line of the body, from 0; ``None`` = in the article as a whole."""
        here = None if line is None else self.split.body_line + line
        return warning(self.article.path, message, flaw, line=here)

    def line(self, section: Section) -> int | None:
        """The line of the body that a section's heading begins on; ``None`` without a heading."""
        return self.prose.lines.get(section.anchor)


def written(sourced: Sourced) -> Written:
    """An article as its file has it."""
    article = sourced.article
    return Written(article, prose(article.body, article.title), frontmatter.split(sourced.source))
