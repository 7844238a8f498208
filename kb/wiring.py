"""The one place that picks concrete parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from kb import indexing, markdown, vocabulary
from kb.domain import (
    Answer,
    Article,
    ArticleId,
    Language,
    Principal,
    Query,
    SolutionId,
    Visibility,
    article_id,
    language_of,
    solution_of,
    visibility,
)
from kb.encoder import Encoder, open_encoder
from kb.errors import UnknownArticle
from kb.index import Store
from kb.index_edge import EdgeStore
from kb.index_edge.locks import serving_lock
from kb.lexical import Lexicon
from kb.search import Searcher, Trace
from kb.serving import Serving
from kb.settings import Settings
from kb.vocabulary import Vocabulary

VOCABULARY = Path(__file__).parent / "vocabulary.yaml"
TAXONOMY = VOCABULARY.with_name("taxonomy.yaml")


@dataclass(frozen=True, slots=True)
class Parts:
    """What both ingest and the service are made of."""

    encoder: Encoder
    vocabulary: Vocabulary
    lexicon: Lexicon
    store: Store
    cache: Path
    """File of the vector cache."""
    workers: int
    """Threads that encode during ingest."""

    @property
    def schema(self) -> str:
        """Of the generations that these parts make and can serve."""
        return indexing.schema(self.encoder.fingerprint, self.lexicon.fingerprint)


@dataclass(frozen=True, slots=True)
class Status:
    """What is being served."""

    generation: str
    articles: int
    chunks: int
    encoder: str
    """Fingerprint."""


class KnowledgeBase:
    """What the faces talk to: an open index and the parts to search it."""

    def __init__(self, serving: Serving, searcher: Searcher, encoder: str) -> None:
        """Search what is served with these."""
        self._serving, self._searcher, self._encoder = serving, searcher, encoder

    def search(self, query: Query, principal: Principal) -> Answer:
        """The solutions most likely to resolve a symptom that the principal may see."""
        return self.trace(query, principal).answer

    def trace(self, query: Query, principal: Principal) -> Trace:
        """The same search with every stage kept."""
        with self._serving.reading() as generation:
            return self._searcher.trace(generation, query, visibility(principal))

    def article(self, article: ArticleId, principal: Principal) -> Article:
        """An article as the principal may read it, by its id or an alias.

        Raises :class:`UnknownArticle` alike for what does not exist and what may not be seen.
        """
        visible = visibility(principal)
        with self._serving.reading() as generation:
            found = generation.source(article, visible)
            renamed = None if found else generation.renamed(article, visible)
            found = generation.source(renamed, visible) if renamed else found
            if found is None:
                raise UnknownArticle(article)
            path, source = found
            read = markdown.article(source, path=path)
            related = [article_id(lang, each) for each in read.related for lang in Language]
            seen = {solution_of(id_) for id_ in generation.records(related, visible)}
        return replace(_seen(read, visible), related=tuple(r for r in read.related if r in seen))

    def languages(self, solution: SolutionId, principal: Principal) -> list[Language]:
        """The languages in which the principal may read a solution."""
        ids = [article_id(lang, solution) for lang in Language]
        with self._serving.reading() as generation:
            records = generation.records(ids, visibility(principal))
        return [language_of(id_) for id_ in ids if id_ in records]

    def status(self) -> Status:
        """What is served; raises :class:`kb.errors.IndexUnavailable` when nothing is."""
        with self._serving.reading() as generation:
            return Status(
                generation=generation.name,
                articles=generation.articles(),
                chunks=generation.statistics.chunks,
                encoder=self._encoder,
            )


def open_parts(settings: Settings) -> Parts:
    """The parts that the settings name."""
    encoder = open_encoder(settings.encoder)
    words = vocabulary.load(VOCABULARY)
    return Parts(
        encoder=encoder,
        vocabulary=words,
        lexicon=Lexicon(words),
        store=_store(settings, encoder.dimensions),
        cache=settings.state / "vectors.sqlite",
        workers=settings.workers,
    )


@contextmanager
def open_kb(settings: Settings) -> Iterator[KnowledgeBase]:
    """The knowledge base, open while the block runs; it follows new generations by itself.

    It opens without an index too: searches then raise :class:`kb.errors.IndexUnavailable`.
    """
    parts = open_parts(settings)
    serving = Serving(parts.store, lambda name: indexing.schema_of(name) == parts.schema)
    serving.refresh()
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    try:
        with serving.polling(settings.poll_s):
            yield KnowledgeBase(serving, searcher, parts.encoder.fingerprint)
    finally:
        serving.close()


@contextmanager
def serving_alone(settings: Settings) -> Iterator[None]:
    """Keep the embedded index to one serving process; a server store takes any number.

    Raises :class:`kb.errors.IndexBusy` that names the process and the way out.
    """
    with nullcontext() if settings.qdrant_url else serving_lock(settings.state / "index"):
        yield


def _seen(article: Article, visible: Visibility) -> Article:
    """The article without the parts, and the headings of parts, that may not be seen."""
    sections = (
        replace(
            section,
            blocks=tuple(each for each in section.blocks if each.audience in visible.audiences),
        )
        for section in article.sections
    )
    return replace(
        article,
        body=markdown.visible(article.body, visible.audiences),
        sections=tuple(section for section in sections if section.blocks),
    )


def _store(settings: Settings, dimensions: int) -> Store:
    if not settings.qdrant_url:
        return EdgeStore(settings.state / "index", dimensions=dimensions)
    from kb.index_server import ServerStore, connect  # noqa: PLC0415 - costs 0.5 s to import

    client = connect(
        settings.qdrant_url, settings.qdrant_api_key.get_secret_value(), settings.qdrant_timeout_s
    )
    return ServerStore(
        client,
        dimensions=dimensions,
        shards=settings.qdrant_shards,
        replicas=settings.qdrant_replicas,
    )
