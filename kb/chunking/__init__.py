"""Article -> chunks that an encoder can take whole."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

from kb.chunking.cutting import Measure, Tokens, cut
from kb.chunking.packing import packed
from kb.domain import (
    Article,
    Audience,
    Block,
    BlockKind,
    Chunk,
    ChunkId,
    ChunkKind,
    Label,
    Language,
    Section,
    SectionKind,
)
from kb.folding import caseless, fold
from kb.names import number

_TARGET_TOKENS: Final = 180
_PATH_BYTES: Final = 160
"""Of the heading path in a passage; no tokenizer makes more tokens of a text than it has bytes."""
_LAST_BYTES: Final = 64
"""Of its last heading, if the path is too long."""
_BETWEEN: Final = " › "
_LEAST_ROOM: Final = 16
"""Tokens that must be left for the text below the heading path, or the path is left out."""
_SYMPTOMS: Final = {Language.ZH: "症状", Language.EN: "Symptoms"}
_KINDS: Final = {
    SectionKind.CAUSE: ChunkKind.CAUSE,
    SectionKind.RESOLUTION: ChunkKind.RESOLUTION,
    SectionKind.IF_IT_FAILS: ChunkKind.RESOLUTION,
}


@dataclass(frozen=True, slots=True)
class _Passage:
    """A chunk without its id and label."""

    kind: ChunkKind
    heading: tuple[str, ...]
    text: str
    audience: Audience
    anchor: str = ""


def chunks(
    article: Article, *, tokens: Tokens, max_tokens: int, target_tokens: int = _TARGET_TOKENS
) -> list[Chunk]:
    """Cut an article: title and summary, one chunk per symptom phrase, then its sections in order.

    Neighbouring blocks of a section for one audience share a chunk of up to ``target_tokens``.
    A step, item, table row or code block is cut only if it alone exceeds ``max_tokens``, and then
    at sentences, lines or cells if it can be; rows repeat their header. No text is lost, and no
    passage exceeds ``max_tokens``.
    """
    measure = Measure(tokens, max_tokens)
    made: Counter[tuple[ChunkKind, tuple[str, ...], str]] = Counter()
    found: list[Chunk] = []
    for each in _passages(article, measure, target_tokens):
        made[each.kind, each.heading, each.text] += 1
        id_ = _id(article, each, made[each.kind, each.heading, each.text])
        label = _label(article, each, len(found))
        found.append(Chunk(id_, article.id, each.kind, each.heading, each.text, label))
    return found


def passage(chunk: Chunk) -> str:
    """What is encoded: the heading path, its middle left out if it is long, then the text.

    A symptom phrase, and title with summary, stand alone.
    """
    alone = chunk.kind in {ChunkKind.ISSUE, ChunkKind.SYMPTOM} or not chunk.heading
    return chunk.text if alone else f"{_path(chunk.heading)}\n{chunk.text}"


def label_hash(label: Label) -> str:
    """16 hex digits that change when anything in a label does; the same in every process."""
    text = json.dumps(asdict(label), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def resolution_hash(article: Article) -> str:
    """16 hex digits that change when an article tells its public to do something else.

    Over the public blocks of its resolution and of what to do if that fails, folded, with runs of
    blanks as one; over all of its body where it has no such section. Articles without any public
    block share one hash.
    """
    blocks = [(each.kind, block) for each in article.sections for block in _public(each.blocks)]
    steps = [block for kind, block in blocks if _KINDS.get(kind) is ChunkKind.RESOLUTION]
    texts = (f"{each.header} {each.text}" for each in steps or (block for _, block in blocks))
    said = "\n".join(" ".join(caseless(fold(text)).split()) for text in texts)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def _public(blocks: Iterable[Block]) -> Iterator[Block]:
    return (block for block in blocks if block.audience is Audience.PUBLIC)


def _passages(article: Article, measure: Measure, target: int) -> Iterator[_Passage]:
    """The texts of an article in their order."""
    title = (article.title,)
    issue = "\n".join(filter(None, (article.title, article.summary)))
    for text in cut(issue, BlockKind.TEXT, measure):
        yield _Passage(ChunkKind.ISSUE, title, text, article.audience)
    heading, anchor = (*title, _SYMPTOMS[article.lang]), _symptoms_anchor(article)
    for phrase in article.symptoms:
        for text in cut(phrase, BlockKind.TEXT, measure):
            yield _Passage(ChunkKind.SYMPTOM, heading, text, article.audience, anchor)
    for section in article.sections:
        yield from _section(section, measure, target)


def _symptoms_anchor(article: Article) -> str:
    """Of the section that everyone may see; empty without one."""
    return next(
        (
            section.anchor
            for section in article.sections
            if section.kind is SectionKind.SYMPTOM
            and any(block.audience is Audience.PUBLIC for block in section.blocks)
        ),
        "",
    )


def _section(section: Section, measure: Measure, target: int) -> Iterator[_Passage]:
    kind = _KINDS.get(section.kind, ChunkKind.OTHER)
    left = measure.room - measure.tokens(_path(section.heading))
    heading = section.heading if left >= _LEAST_ROOM else ()
    room = left if heading else measure.room
    for run in _runs(section.blocks):
        for each in packed(run, Measure(measure.tokens, room), target=target):
            anchor = each.anchor or section.anchor
            yield _Passage(kind, heading, each.text, run[0].audience, anchor)


def _runs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Neighbouring blocks for one audience."""
    run: list[Block] = []
    for block in blocks:
        if run and run[0].audience is not block.audience:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _path(heading: tuple[str, ...]) -> str:
    path = _BETWEEN.join(heading)
    if len(path.encode()) <= _PATH_BYTES:
        return path
    last = _clipped(heading[-1], _LAST_BYTES if len(heading) > 1 else 0)
    left = _PATH_BYTES - len(f"{_BETWEEN}{last}".encode())
    return _BETWEEN.join(filter(None, (_clipped(heading[0], left), last)))


def _clipped(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _label(article: Article, each: _Passage, position: int) -> Label:
    hidden = Audience.INTERNAL in {article.audience, each.audience}
    return Label(
        audience=Audience.INTERNAL if hidden else Audience.PUBLIC,
        confidence=article.confidence,
        environment=article.environment,
        topic=article.topic,
        error_codes=article.error_codes,
        anchor=each.anchor,
        position=position,
    )


def _id(article: Article, each: _Passage, occurrence: int) -> ChunkId:
    """One name for the same text in the same place, whatever else moves.

    The kind is part of it, because it decides what of a chunk is encoded.
    """
    digest = hashlib.blake2b(each.text.encode(), digest_size=16).hexdigest()
    name = json.dumps([article.id, each.kind, *each.heading, digest, occurrence])
    return ChunkId(number(f"chunk/{name}"))
