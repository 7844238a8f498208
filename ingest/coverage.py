"""How many solutions each topic has: a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kb.domain import Article, Audience, Confidence, Language
from kb.taxonomy import Taxonomy

_HEAD: Final = """\
# What the articles cover

`make coverage` counts the solutions of each topic anew. One that is written in both languages
counts in both; one has internal notes if an article of it has text for agents only. Archived
articles are left out.

| Area | Topic | Key | Chinese | English | With internal notes |
|---|---|---|--:|--:|--:|
"""


def table(articles: Iterable[Article], taxonomy: Taxonomy) -> str:
    """A page with a row for each topic in the taxonomy's order, then the sum of all solutions.

    What has a topic that the taxonomy lacks, or none, is counted in the sum alone.
    """
    live = [each for each in articles if each.confidence is not Confidence.ARCHIVED]
    rows = [*_rows(live, taxonomy), _row("**All**", "", "", live)]
    return _HEAD + "".join(f"{row}\n" for row in rows)


def _rows(articles: Sequence[Article], taxonomy: Taxonomy) -> Iterator[str]:
    for topic, names in taxonomy.topics.items():
        area = taxonomy.areas[topic.partition(".")[0]]
        about = [each for each in articles if each.topic == topic]
        yield _row(_both(area), _both(names), f"`{topic}`", about)


def _both(names: Mapping[Language, str]) -> str:
    return " / ".join(names[lang] for lang in Language)


def _row(area: str, topic: str, key: str, articles: Sequence[Article]) -> str:
    counts = [len({each.solution for each in articles if each.lang is lang}) for lang in Language]
    noted = len({each.solution for each in articles if _internal(each)})
    return f"| {area} | {topic} | {key} | {counts[0]} | {counts[1]} | {noted} |"


def _internal(article: Article) -> bool:
    blocks = (block for section in article.sections for block in section.blocks)
    return any(block.audience is Audience.INTERNAL for block in blocks)
