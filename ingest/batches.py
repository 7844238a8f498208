"""Which files differ from what is indexed, in batches that bound memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.domain import ArticleId, SolutionId, article_id, language_of
from kb.errors import BadArticle
from kb.library import Library, SourceFile, file_hash
from kb.points import Record

BATCH_BYTES = 256 * 1024
"""A batch ends with the file that passes this: its articles, chunks and vectors are in memory."""
SEVERAL = 3
"""Fewer articles than this may all vanish at once without a question."""
SAMPLE_FILES = 32
"""So many files, evenly spread, tell the average length of a first build."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A folder beside what is indexed of it."""

    files: tuple[SourceFile, ...]
    """Every file that could be read, by path."""
    changed: tuple[SourceFile, ...]
    """Those that are new or differ."""
    known: Mapping[ArticleId, Record]
    problems: tuple[BadArticle, ...]
    """What could not be read at all."""

    @property
    def claimed(self) -> dict[ArticleId, str]:
        """The ids and aliases of the files that did not change, with their paths."""
        paths = {file.path for file in self.files} - {file.path for file in self.changed}
        return {
            name: record.path
            for record in self.known.values()
            if record.path in paths
            for name in names(record.article, record.aliases)
        }

    def gone(self, read: Mapping[ArticleId, str]) -> list[Record]:
        """Indexed articles that no file holds any more, after these were read from these paths."""
        there = {file.path for file in self.files} | {problem.path for problem in self.problems}
        left = there - set(read.values())
        return [
            record
            for id_, record in self.known.items()
            if id_ not in read and record.path not in left
        ]

    @property
    def elsewhere(self) -> bool:
        """Whether none of several indexed articles has its file here: the wrong folder?"""
        return len(self.known) >= SEVERAL and len(self.gone({})) == len(self.known)


def names(article: ArticleId, aliases: Iterable[SolutionId]) -> list[ArticleId]:
    """An article's id, then its aliases as ids of its language."""
    return [article, *(article_id(language_of(article), alias) for alias in aliases)]


def survey(library: Library, known: Mapping[ArticleId, Record]) -> Survey:
    """Hash every file of a folder and compare with the records."""
    hashes = {record.path: record.file_hash for record in known.values()}
    files: list[SourceFile] = []
    changed: list[SourceFile] = []
    problems: list[BadArticle] = []
    for file in library.files():
        try:
            differs = file_hash(file.read()) != hashes.get(file.path)
        except BadArticle as problem:
            problems.append(problem)
            continue
        files.append(file)
        changed += [file] if differs else []
    return Survey(tuple(files), tuple(changed), known, tuple(problems))


def batches(files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, ...]]:
    """Files in order, cut after every :data:`BATCH_BYTES`."""
    batch: list[SourceFile] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.size
        if size >= BATCH_BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def sample(files: Sequence[SourceFile]) -> list[SourceFile]:
    """At most :data:`SAMPLE_FILES` files, evenly spread."""
    step = max(len(files) // SAMPLE_FILES, 1)
    return list(files[::step][:SAMPLE_FILES])
