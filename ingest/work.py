"""The pipelines at work on what changed, and what came of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from queue import SimpleQueue
from typing import Any

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError

from ingest.batches import Survey, batches, sample
from ingest.components import (
    ArticleChunker,
    ChangePlanner,
    ChunkEncoder,
    IndexWriter,
    MarkdownReader,
    Sourced,
)
from ingest.pipeline import planning, writing
from ingest.report import Progress, Report
from kb import generation, indexing, markdown, revising
from kb.domain import ArticleId
from kb.errors import IndexDamaged, IndexUnavailable, KbError
from kb.indexing import Build
from kb.library import SourceFile
from kb.points import Record
from kb.revising import Counts, Revision
from kb.vectors import Encoded, open_cache
from kb.wiring import Parts

AT_ONCE = 2
"""Batches that are encoded or written at a time: while one is written, another is encoded."""


def written(parts: Parts, survey: Survey, base: str | None, progress: Progress | None) -> Report:
    """Write what changed into a copy of the generation ``base``, or a new one, and publish it."""
    work = _Work(survey, progress)
    name = indexing.next_name(parts.schema, parts.store.current())
    average = 1.0 if base else _first_average(parts, survey)
    build = Build(parts.store, parts.lexicon, name, copy_of=base, average_length=average)
    with closing(build), open_cache(parts.cache, parts.encoder.fingerprint) as cache:
        pipelines = [
            writing(ChunkEncoder(parts.encoder, cache, parts.workers), IndexWriter(build))
            for _ in range(AT_ONCE)
        ]
        _overlapped(work, _planning(parts, survey), pipelines)
        if base is None:
            _write(pipelines[0], work.keep(_served(parts, work.broken), parts))
        work.forget()
        build.forget(work.gone)
        published = build.publish()
    return work.report(parts.store.current(), published=published)


def planned(parts: Parts, survey: Survey) -> Report:
    """What :func:`written` would do."""
    work = _Work(survey, None)
    pipeline = _planning(parts, survey)
    cached = open_cache(parts.cache, parts.encoder.fingerprint) if parts.cache.exists() else None
    with cached or nullcontext() as cache:
        for batch in batches(survey.changed):
            texts = revising.passages(work.read(_outputs(pipeline, {"reader": {"files": batch}})))
            work.done(batch, encoded=len(texts) - (len(cache.known(texts)) if cache else 0))
    work.forget()
    return work.report(parts.store.current(), published=False)


def _overlapped(work: _Work, planning: Pipeline, pipelines: Sequence[Pipeline]) -> None:
    """Plan a batch while one is encoded and one is written: each uses another core best."""
    waiting: deque[tuple[Sequence[SourceFile], Future[int]]] = deque()
    free = SimpleQueue[Pipeline]()
    for pipeline in pipelines:
        free.put(pipeline)

    def write(revisions: list[Revision]) -> int:
        pipeline = free.get()
        try:
            return _write(pipeline, revisions)
        finally:
            free.put(pipeline)

    with ThreadPoolExecutor(len(pipelines), thread_name_prefix="write") as writers:
        for batch in batches(work.survey.changed):
            revisions = work.read(_outputs(planning, {"reader": {"files": batch}}))
            waiting.append((batch, writers.submit(write, revisions)))
            if len(waiting) > len(pipelines):
                _finish(work, *waiting.popleft())
        while waiting:
            _finish(work, *waiting.popleft())


def _finish(work: _Work, batch: Sequence[SourceFile], encoded: Future[int]) -> None:
    work.done(batch, encoded=encoded.result())


def _write(writing: Pipeline, revisions: list[Revision]) -> int:
    """Encode and write; how many texts had to be encoded."""
    inputs = {"encoder": {"revisions": revisions}, "writer": {"revisions": revisions}}
    encoded: Encoded = _outputs(writing, inputs)["encoder"]["encoded"]
    return encoded.fresh


def _served(parts: Parts, paths: Set[str]) -> list[Sourced]:
    """The articles that are served of files which cannot be read now, as they were indexed."""
    current = parts.store.current()
    if current is None or not paths:
        return []
    try:
        with closing(parts.store.open(current)) as index:
            sources = [each for each in generation.sources(index) if each.path in paths]
    except (IndexDamaged, IndexUnavailable):
        return []
    return [
        Sourced(markdown.article(each.text, path=each.path), each.text, each.file_hash)
        for each in sources
    ]


class _Work:
    """What has been read so far, and what came of it."""

    def __init__(self, survey: Survey, progress: Progress | None) -> None:
        self.survey, self.gone = survey, list[Record]()
        self._progress = progress or (lambda _done, _total: None)
        self._total, self._bytes = sum(file.size for file in survey.changed), 0
        self._read: dict[ArticleId, str] = {}
        self._counts, self._encoded = Counts(), 0
        self._problems = list(survey.problems)

    def read(self, outputs: Mapping[str, Any]) -> list[Revision]:
        """Take in what was planned of a batch."""
        revisions: list[Revision] = outputs["planner"]["revisions"]
        self._read |= {each.record.article: each.record.path for each in revisions}
        self._counts += revising.counts(revisions)
        self._problems += outputs["reader"]["problems"]
        return revisions

    @property
    def broken(self) -> Set[str]:
        """Paths of the files that cannot be read."""
        return {problem.path for problem in self._problems}

    def keep(self, served: Sequence[Sourced], parts: Parts) -> list[Revision]:
        """Take in what was served of broken files, unless another file has the id now."""
        free = [each for each in served if each.article.id not in self._read]
        chunked = ArticleChunker(parts.encoder).run(free)["chunked"]
        revisions: list[Revision] = ChangePlanner({}).run(chunked)["revisions"]
        self._read |= {each.record.article: each.record.path for each in revisions}
        return revisions

    def done(self, batch: Sequence[SourceFile], *, encoded: int) -> None:
        """A batch is written."""
        self._encoded += encoded
        self._bytes += sum(file.size for file in batch)
        self._progress(self._bytes, self._total)

    def forget(self) -> None:
        """Every file is read: find the articles that none holds any more."""
        self.gone = self.survey.gone(self._read)
        self._counts += Counts(deleted=sum(len(record.chunks or ()) for record in self.gone))

    def report(self, generation: str | None, *, published: bool) -> Report:
        return Report(
            generation=generation,
            published=published,
            files=len(self.survey.files) + len(self.survey.problems),
            changed=len(self.survey.changed),
            gone=len(self.gone),
            counts=self._counts,
            encoded=self._encoded,
            problems=tuple(self._problems),
        )


def _first_average(parts: Parts, survey: Survey) -> float:
    """The average length of a first build, from a sample of its files."""
    articles = MarkdownReader().run(sample(survey.changed))["articles"]
    chunked = ArticleChunker(parts.encoder).run(articles)["chunked"]
    return indexing.average_length(parts.lexicon, (c for each in chunked for c in each.chunks))


def _planning(parts: Parts, survey: Survey) -> Pipeline:
    return planning(
        MarkdownReader(survey.claimed),
        ArticleChunker(parts.encoder),
        ChangePlanner(survey.known),
    )


def _outputs(pipeline: Pipeline, inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return pipeline.run(dict(inputs), include_outputs_from=set(pipeline.graph.nodes))
    except PipelineRuntimeError as error:
        if isinstance(error.__cause__, KbError):
            raise error.__cause__ from error
        raise
