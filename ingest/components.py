"""The pipeline's parts: read -> chunk -> plan -> encode -> write, each on a batch of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haystack import component, default_to_dict

from ingest.batches import names
from kb import chunking, markdown, revising, textfile
from kb.domain import Article, ArticleId, Chunk
from kb.encoder import Encoder
from kb.errors import BadArticle
from kb.flaws import Flaw, FlawKind
from kb.indexing import Build
from kb.library import SourceFile, file_hash
from kb.points import Record
from kb.revising import Plan, Revision
from kb.vectors import Encoded, VectorCache, encoded


@dataclass(frozen=True, slots=True)
class Sourced:
    """An article with the text that it was read from."""

    article: Article
    source: str
    file_hash: str

    def __deepcopy__(self, _memo: object) -> Sourced:
        """Itself, for it never changes: Haystack copies whatever it passes on."""
        return self


@dataclass(frozen=True, slots=True)
class Chunked:
    """An article with its chunks."""

    sourced: Sourced
    chunks: tuple[Chunk, ...]

    def __deepcopy__(self, _memo: object) -> Chunked:
        """Itself, for it never changes: Haystack copies whatever it passes on."""
        return self


@component
class MarkdownReader:
    """Reads files as articles; what cannot be read becomes a problem, and the rest goes on.

    An article whose id or alias another file holds already is a problem too.
    """

    def __init__(self, claimed: Mapping[ArticleId, str] | None = None) -> None:
        """Start with the ids and aliases that files hold which are not read again."""
        self._claimed = {id_.casefold(): path for id_, path in (claimed or {}).items()}

    def to_dict(self) -> dict[str, Any]:
        """How many articles it knows."""
        return default_to_dict(self, claimed=len(self._claimed))

    @component.output_types(articles=list[Sourced], problems=list[BadArticle])
    def run(self, files: Sequence[SourceFile]) -> dict[str, Any]:
        """Read each file, in order."""
        articles: list[Sourced] = []
        problems: list[BadArticle] = []
        for file in files:
            try:
                articles.append(self._read(file))
            except BadArticle as problem:
                problems.append(problem)
        return {"articles": articles, "problems": problems}

    def _read(self, file: SourceFile) -> Sourced:
        raw = file.read()
        source = textfile.text(raw, file.path)
        article = markdown.article(source, path=file.path)
        self._claim(article)
        return Sourced(article, source, file_hash(raw))

    def _claim(self, article: Article) -> None:
        claims = names(article.id, article.aliases)
        for name in claims:
            other = self._claimed.get(name.casefold(), article.path)
            if other != article.path:
                reason = f"{name!r} is already the id or an alias of {other}: rename one of them"
                flaw = Flaw(FlawKind.TAKEN_NAME, {"name": name, "other": other})
                raise BadArticle(article.path, reason, flaw=flaw)
        self._claimed |= {name.casefold(): article.path for name in claims}


@component
class ArticleChunker:
    """Cuts articles into chunks that fit the encoder."""

    def __init__(self, encoder: Encoder) -> None:
        """Measure with the encoder's own tokens."""
        self._encoder = encoder

    def to_dict(self) -> dict[str, Any]:
        """What it measures with."""
        return default_to_dict(self, encoder=self._encoder.fingerprint)

    @component.output_types(chunked=list[Chunked])
    def run(self, articles: list[Sourced]) -> dict[str, Any]:
        """Cut each article, in order."""
        return {"chunked": [Chunked(each, self._chunks(each.article)) for each in articles]}

    def _chunks(self, article: Article) -> tuple[Chunk, ...]:
        encoder = self._encoder
        return tuple(chunking.chunks(article, tokens=encoder.tokens, max_tokens=encoder.max_tokens))


@component
class ChangePlanner:
    """Compares chunks with what is indexed: only differences go on."""

    def __init__(self, known: Mapping[ArticleId, Record]) -> None:
        """Compare with these records."""
        self._known = known

    def to_dict(self) -> dict[str, Any]:
        """How many articles it compares with."""
        return default_to_dict(self, known=len(self._known))

    @component.output_types(revisions=list[Revision])
    def run(self, chunked: list[Chunked]) -> dict[str, Any]:
        """Plan each article, in order."""
        return {"revisions": [self._revision(each) for each in chunked]}

    def _revision(self, chunked: Chunked) -> Revision:
        sourced, chunks = chunked.sourced, chunked.chunks
        return Revision(
            record=revising.record(sourced.article, chunks, sourced.file_hash),
            source=sourced.source,
            plan=self._plan(sourced.article.id, chunks),
        )

    def _plan(self, article: ArticleId, chunks: tuple[Chunk, ...]) -> Plan:
        record = self._known.get(article)
        return revising.plan((record and record.chunks) or {}, chunks)


@component
class ChunkEncoder:
    """Encodes the passages of new chunks that were never encoded before."""

    def __init__(self, encoder: Encoder, cache: VectorCache, workers: int) -> None:
        """Encode one text a run, in so many threads."""
        self._encoder, self._cache, self._workers = encoder, cache, workers

    def to_dict(self) -> dict[str, Any]:
        """Which encoder, in how many threads."""
        return default_to_dict(self, encoder=self._encoder.fingerprint, workers=self._workers)

    @component.output_types(encoded=Encoded)
    def run(self, revisions: list[Revision]) -> dict[str, Any]:
        """Vectors by passage; what had to be encoded is stored before it is used."""
        texts = revising.passages(revisions)
        return {"encoded": encoded(texts, self._encoder, self._cache, workers=self._workers)}


@component
class IndexWriter:
    """Writes a batch into the generation that is being built."""

    def __init__(self, build: Build) -> None:
        """Write into this build."""
        self._build = build

    def to_dict(self) -> dict[str, Any]:
        """Which generation it writes."""
        return default_to_dict(self, generation=self._build.name)

    @component.output_types(written=int)
    def run(self, revisions: list[Revision], encoded: Encoded) -> dict[str, Any]:
        """Write the batch; how many articles that were."""
        self._build.apply(revisions, encoded.vectors)
        return {"written": len(revisions)}
