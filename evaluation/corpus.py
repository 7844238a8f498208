"""A dataset's corpus as an index of its own, searched as the service searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.datasets import Dataset, Document, JudgedQuery
from kb import chunking, indexing, markdown, revising, textfile
from kb.domain import (
    Article,
    Audience,
    Confidence,
    Language,
    Query,
    SolutionId,
    Visibility,
    article_id,
)
from kb.generation import Generation
from kb.index_edge import EdgeStore
from kb.indexing import Build
from kb.library import Library
from kb.revising import Revision
from kb.search import SYMPTOM_CHARACTERS, Searcher, Trace
from kb.vectors import encoded, open_cache
from kb.wiring import Parts

EVERYTHING = Visibility(frozenset(Audience), frozenset(Confidence))
BATCH = 64
"""Articles that are encoded and written at a time."""


def article(document: Document, lang: Language) -> Article:
    """A document as an article; it gets no title where the corpus has none."""
    solution = SolutionId(document.id)
    read = markdown.article(document.text, path=f"{lang}/document.md")
    sections = tuple(
        replace(section, heading=tuple(filter(None, (document.title, *section.heading[1:]))))
        for section in read.sections
    )
    return replace(
        read,
        id=article_id(lang, solution),
        solution=solution,
        title=document.title,
        sections=sections,
    )


def written(folder: Path) -> list[Article]:
    """The articles of a library's folder; raises :class:`kb.errors.BadArticle`."""
    return [
        markdown.article(textfile.text(file.read(), file.path), path=file.path)
        for file in Library(folder).files()
    ]


@contextmanager
def indexed(parts: Parts, articles: Sequence[Article]) -> Iterator[Generation]:
    """The articles, indexed in the parts' store, open for searching."""
    revisions = [_revision(parts, each) for each in articles]
    chunks = [chunk for each in revisions for chunk in each.plan.add]
    average = indexing.average_length(parts.lexicon, chunks)
    name = indexing.next_name(parts.schema, None)
    build = Build(parts.store, parts.lexicon, name, copy_of=None, average_length=average)
    cached = open_cache(parts.cache, parts.encoder.fingerprint)
    with parts.store.writing(), closing(build), cached as cache:
        for start in range(0, len(revisions), BATCH):
            batch = revisions[start : start + BATCH]
            texts = revising.passages(batch)
            done = encoded(texts, parts.encoder, cache, workers=parts.workers)
            build.apply(batch, done.vectors)
        build.publish()
    with closing(Generation(name, parts.store.open(name))) as generation:
        yield generation


def searched(
    parts: Parts,
    articles: Sequence[Article],
    queries: Sequence[JudgedQuery],
    *,
    visible: Visibility = EVERYTHING,
) -> dict[str, Trace]:
    """The trace of each query, over an index made for these articles and thrown away."""
    with TemporaryDirectory() as folder:
        store = EdgeStore(Path(folder), dimensions=parts.encoder.dimensions)
        with indexed(replace(parts, store=store), articles) as generation:
            return traces(parts, generation, queries, visible=visible)


def searched_set(parts: Parts, dataset: Dataset) -> dict[str, Trace]:
    """The trace of each query of a dataset."""
    articles = [article(each, dataset.lang) for each in dataset.documents]
    return searched(parts, articles, dataset.queries)


def traces(
    parts: Parts,
    generation: Generation,
    queries: Sequence[JudgedQuery],
    *,
    visible: Visibility = EVERYTHING,
) -> dict[str, Trace]:
    """The trace of each query, by id; an overlong one is cut to what the service takes."""
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    return {
        each.id: searcher.trace(generation, Query(each.text[:SYMPTOM_CHARACTERS], limit=1), visible)
        for each in queries
    }


def _revision(parts: Parts, article: Article) -> Revision:
    tokens, limit = parts.encoder.tokens, parts.encoder.max_tokens
    chunks = chunking.chunks(article, tokens=tokens, max_tokens=limit)
    return Revision(revising.record(article, chunks, ""), "", revising.plan({}, chunks))
