"""The one place that picks concrete parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from kb import indexing, vocabulary
from kb.casebook.connections import in_folder, make_folder, need_file
from kb.casebook.database import Database
from kb.domain import Principal, Query, visibility
from kb.encoder import Encoder, open_encoder
from kb.index import Store
from kb.index_edge import EdgeStore
from kb.index_edge.locks import serving_lock
from kb.knowledge_base import KnowledgeBase
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

    It opens without an index too: searches then raise :class:`kb.errors.IndexUnavailable`. Without
    its casebook it does not open: raises :class:`kb.errors.CasebookUnavailable`.
    """
    with closing(open_database(settings)) as database, _serving(settings, database) as kb:
        yield kb


def open_database(settings: Settings) -> Database:
    """The casebook's database, made if it is missing; the default place is made with its folder.

    Raises :class:`kb.errors.CasebookUnavailable`.
    """
    if not settings.casebook_url.get_secret_value():
        make_folder(settings.state)
    return Database(_casebook_url(settings))


def existing_database(settings: Settings) -> Database:
    """The same, but never made: what keeps a casebook must not keep an empty one by mistake."""
    need_file(_casebook_url(settings))
    return Database(_casebook_url(settings))


def _casebook_url(settings: Settings) -> str:
    return settings.casebook_url.get_secret_value() or in_folder(settings.state)


def trace(settings: Settings, query: Query, principal: Principal) -> Trace:
    """One search, without a casebook; raises :class:`kb.errors.IndexUnavailable` without index."""
    parts = open_parts(settings)
    with closing(_served(parts)) as serving, serving.reading() as generation:
        return _searcher(parts).trace(generation, query, visibility(principal))


def _served(parts: Parts) -> Serving:
    serving = Serving(parts.store, lambda name: indexing.schema_of(name) == parts.schema)
    serving.refresh()
    return serving


def _searcher(parts: Parts) -> Searcher:
    return Searcher(parts.encoder, parts.lexicon, parts.vocabulary)


@contextmanager
def _serving(settings: Settings, database: Database) -> Iterator[KnowledgeBase]:
    parts = open_parts(settings)
    serving = _served(parts)
    try:
        with serving.polling(settings.poll_s):
            yield KnowledgeBase(serving, _searcher(parts), parts.encoder.fingerprint, database)
    finally:
        serving.close()


@contextmanager
def serving_alone(settings: Settings) -> Iterator[None]:
    """Keep the embedded index to one serving process; a server store takes any number.

    Raises :class:`kb.errors.IndexBusy` that names the process and the way out.
    """
    with nullcontext() if settings.qdrant_url else serving_lock(settings.state / "index"):
        yield


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
