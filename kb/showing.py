"""Ranked solutions as a reader sees them: article, excerpt, reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kb.domain import (
    ArticleId,
    Chunk,
    ChunkId,
    Environment,
    Excerpt,
    Hit,
    Language,
    Reason,
    ReasonKind,
    Solution,
    Visibility,
    article_id,
    language_of,
)
from kb.excerpts import excerpt
from kb.folding import fold_case
from kb.generation import Generation
from kb.lexical import Lexicon
from kb.points import Record
from kb.ranking import Fused
from kb.symptoms import Reading

_PAIR = 2
WORDS_SHOWN = 5
"""At most so many shared words are given as a reason."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is shown the solutions, and what they asked."""

    lang: Language
    visible: Visibility
    stated: Environment
    reading: Reading
    terms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A solution with the article to show and its best hit there, if it has one."""

    fused: Fused
    record: Record
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class _Marked:
    """The passage that is shown, if there is one, and what of it."""

    chunk: Chunk | None
    excerpt: Excerpt


def solutions(
    fused: Sequence[Fused], reader: Reader, generation: Generation, lexicon: Lexicon
) -> tuple[Solution, ...]:
    """The same order; a solution is shown in the reader's language if it has an article there."""
    articles = [article_id(lang, each.id) for each in fused for lang in Language]
    passages = [hit.chunk for each in fused for hit in _best(each)]
    shown = generation.shown(articles, passages, reader.visible)
    choices = [choice for each in fused for choice in _choices(each, shown.records, reader.lang)]
    words = content_words(reader.terms)
    marked = [_marked(choice, shown.chunks, words, lexicon) for choice in choices]
    return tuple(
        _solution(choice, each, reader) for choice, each in zip(choices, marked, strict=True)
    )


def _best(fused: Fused) -> Collection[Hit]:
    """The first hit of each article: the one that may be shown."""
    return {hit.article: hit for hit in reversed(fused.hits)}.values()


def _choices(fused: Fused, records: Mapping[ArticleId, Record], lang: Language) -> list[_Choice]:
    wanted = (article_id(lang, fused.id), *(hit.article for hit in fused.hits))
    others = (article_id(other, fused.id) for other in Language)
    record = next(filter(None, map(records.get, (*wanted, *others))), None)
    if record is None:
        return []
    hit = next((hit for hit in fused.hits if hit.article == record.article), None)
    return [_Choice(fused, record, hit)]


def _marked(
    choice: _Choice, chunks: Mapping[ChunkId, Chunk], words: Collection[str], lexicon: Lexicon
) -> _Marked:
    record = choice.record
    chunk = chunks.get(choice.hit.chunk) if choice.hit else None
    text = chunk.text if chunk else record.summary or record.title
    return _Marked(chunk, excerpt(text, words, lexicon.word_terms, fold_case))


def _solution(choice: _Choice, marked: _Marked, reader: Reader) -> Solution:
    record, chunk = choice.record, marked.chunk
    return Solution(
        id=choice.fused.id,
        article=record.article,
        lang=language_of(record.article),
        title=record.title,
        summary=record.summary,
        confidence=record.confidence,
        audience=record.audience,
        resolution=record.resolution,
        score=choice.fused.score,
        heading=chunk.heading if chunk else (record.title,),
        anchor=chunk.label.anchor if chunk else "",
        excerpt=marked.excerpt,
        reasons=_reasons(choice, chunk, marked.excerpt, reader),
        hits=choice.fused.hits,
    )


def content_words(terms: Mapping[str, float]) -> frozenset[str]:
    """The terms that are words; pairs of characters across words mean nothing to a reader."""
    return frozenset(term for term, weight in terms.items() if weight >= 1 or len(term) > _PAIR)


def _reasons(
    choice: _Choice, chunk: Chunk | None, shown: Excerpt, reader: Reader
) -> tuple[Reason, ...]:
    label = chunk.label if chunk else None
    named = {fold_case(code) for code in label.error_codes} if label else set()
    codes = [code for code in reader.reading.error_codes if code in named]
    words = _words(shown)
    reasons = [Reason(ReasonKind.ERROR_CODE, tuple(codes))] if codes else []
    reasons += [Reason(ReasonKind.WORDS, words)] if words else []
    reasons += [Reason(ReasonKind.MEANING)] if not words and choice.fused.dense else []
    keys = _keys(reader.stated, label.environment) if label else ()
    reasons += [Reason(ReasonKind.ENVIRONMENT, keys)] if keys else []
    if language_of(choice.record.article) != reader.lang:
        reasons.append(Reason(ReasonKind.OTHER_LANGUAGE))
    return tuple(reasons)


def _words(shown: Excerpt) -> tuple[str, ...]:
    spans = (shown.text[span.start : span.end] for span in shown.highlights)
    distinct = {word.casefold(): word for word in reversed(list(spans))}
    return tuple(reversed(distinct.values()))[:WORDS_SHOWN]


def _keys(stated: Environment, applies: Environment) -> tuple[str, ...]:
    asked = {*stated.products, *stated.hosts, *stated.apps, *(each.key for each in stated.systems)}
    named = (*applies.products, *applies.hosts, *applies.apps)
    return tuple(key for key in (*named, *(each.key for each in applies.systems)) if key in asked)
