"""What has to change in the index for an article: record, text, and chunks by id and label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.chunking import label_hash, passage, resolution_hash
from kb.domain import Article, Chunk, ChunkId
from kb.points import Record


@dataclass(frozen=True, slots=True)
class Plan:
    """What brings the chunks of one article up to date."""

    add: tuple[Chunk, ...]
    delete: tuple[ChunkId, ...]
    relabel: tuple[Chunk, ...]
    """Known text under another label."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One article as it stands in its file, with what has to change for it."""

    record: Record
    source: str
    plan: Plan

    def __deepcopy__(self, _memo: object) -> Revision:
        """Itself, for it never changes: pipelines copy whatever they pass on."""
        return self


@dataclass(frozen=True, slots=True)
class Counts:
    """Chunks that a build changed."""

    added: int = 0
    deleted: int = 0
    relabelled: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.added + other.added,
            self.deleted + other.deleted,
            self.relabelled + other.relabelled,
        )


def plan(known: Mapping[ChunkId, str], chunks: Sequence[Chunk]) -> Plan:
    """The difference between what is indexed of an article and its chunks now.

    ``known`` maps each indexed chunk to the hash of its label.
    """
    current = {chunk.id for chunk in chunks}
    return Plan(
        add=tuple(chunk for chunk in chunks if chunk.id not in known),
        delete=tuple(id_ for id_ in known if id_ not in current),
        relabel=tuple(
            chunk
            for chunk in chunks
            if chunk.id in known and known[chunk.id] != label_hash(chunk.label)
        ),
    )


def passages(revisions: Iterable[Revision]) -> list[str]:
    """The distinct passages of all chunks to add, first seen first."""
    return list(dict.fromkeys(passage(chunk) for each in revisions for chunk in each.plan.add))


def counts(revisions: Iterable[Revision]) -> Counts:
    """How many chunks these revisions change."""
    plans = [revision.plan for revision in revisions]
    return Counts(
        added=sum(len(each.add) for each in plans),
        deleted=sum(len(each.delete) for each in plans),
        relabelled=sum(len(each.relabel) for each in plans),
    )


def record(article: Article, chunks: Sequence[Chunk], file_hash: str) -> Record:
    """What the index keeps of an article."""
    return Record(
        article=article.id,
        path=article.path,
        file_hash=file_hash,
        title=article.title,
        summary=article.summary,
        audience=article.audience,
        confidence=article.confidence,
        resolution=resolution_hash(article),
        aliases=article.aliases,
        chunks={chunk.id: label_hash(chunk.label) for chunk in chunks},
    )
