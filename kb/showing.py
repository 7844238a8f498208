"""Ranked solutions as a reader sees them: article, excerpt, reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

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
from kb.lexical.fillers import FILLERS
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
        _solution(choice, each, reader, lexicon)
        for choice, each in zip(choices, marked, strict=True)
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
    audience = chunk.label.audience if chunk else record.audience
    found = excerpt(text, words, lexicon.word_terms, fold_case)
    return _Marked(chunk, replace(found, audience=audience))


def _solution(choice: _Choice, marked: _Marked, reader: Reader, lexicon: Lexicon) -> Solution:
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
        reasons=_reasons(choice, chunk, shared_words(marked.excerpt, lexicon), reader),
        hits=choice.fused.hits,
    )


def content_words(terms: Mapping[str, float]) -> frozenset[str]:
    """The terms that are words, and no fillers: they alone make a solution fit.

    Pairs of characters across words mean nothing to a reader.
    """
    words = (term for term, weight in terms.items() if weight >= 1 or len(term) > _PAIR)
    return frozenset(words) - FILLERS


def _reasons(
    choice: _Choice, chunk: Chunk | None, words: Sequence[str], reader: Reader
) -> tuple[Reason, ...]:
    """Codes are given as the article spells them, and are not given as words once more."""
    label = chunk.label if chunk else None
    named = {fold_case(code): code for code in label.error_codes} if label else {}
    codes = [named[code] for code in reader.reading.error_codes if code in named]
    others = tuple(word for word in words if fold_case(word) not in map(fold_case, codes))
    reasons = [Reason(ReasonKind.ERROR_CODE, tuple(codes))] if codes else []
    reasons += [Reason(ReasonKind.WORDS, others[:WORDS_SHOWN])] if others else []
    reasons += [Reason(ReasonKind.MEANING)] if not words and choice.fused.dense else []
    keys = _keys(reader.stated, label.environment) if label else ()
    reasons += [Reason(ReasonKind.ENVIRONMENT, keys)] if keys else []
    if language_of(choice.record.article) != reader.lang:
        reasons.append(Reason(ReasonKind.OTHER_LANGUAGE))
    return tuple(reasons)


def shared_words(shown: Excerpt, lexicon: Lexicon) -> tuple[str, ...]:
    """What is highlighted: one word for each stem, and none that is part of another of them."""
    distinct: dict[frozenset[str], str] = {}
    for span in shown.highlights:
        word = shown.text[span.start : span.end]
        distinct.setdefault(lexicon.word_terms(fold_case(word)), word)
    return tuple(
        word for terms, word in distinct.items() if not any(terms < other for other in distinct)
    )


def _keys(stated: Environment, applies: Environment) -> tuple[str, ...]:
    asked = {*stated.products, *stated.hosts, *stated.apps, *(each.key for each in stated.systems)}
    named = (*applies.products, *applies.hosts, *applies.apps)
    return tuple(key for key in (*named, *(each.key for each in applies.systems)) if key in asked)
