"""A query's way: read, encode, look up, fuse, show; every stage kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from time import perf_counter

import numpy as np

from kb import ranking
from kb.cases import Search
from kb.domain import ANYWHERE, Answer, Language, Query, Solution, SolutionId, Visibility
from kb.encoder import Encoder
from kb.environments import recognised
from kb.errors import BadQuery
from kb.generation import Generation, Hits, Sides
from kb.lexical import Lexicon, term_id
from kb.ranking import Fused
from kb.showing import Reader, content_words, solutions
from kb.statistics import Statistics
from kb.symptoms import Reading, read
from kb.vocabulary import Vocabulary

CANDIDATES = 64
"""Chunks a side that are looked up; several belong to one solution.

Chosen on development sets by fused nDCG@10: from 100 down to 64 it changes by -.0008 to +.0008 on
five sets (each p > .3), at 50 it falls by .0023 on one (p = .12). See docs/evaluation.md.
"""
SYMPTOM_CHARACTERS = 10_000
"""Longer symptoms are refused: logs have a place of their own."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One search with every stage kept."""

    query: Query
    reading: Reading
    terms: Mapping[str, float]
    """The query's lexical terms and their weights before IDF."""
    hits: Hits
    fused: tuple[Fused, ...]
    """Every candidate, best first."""
    held: frozenset[str]
    """Those of the terms that any chunk of the generation holds, whoever may see it."""
    answer: Answer
    milliseconds: Mapping[str, float]
    """Wall time of the stages ``read``, ``encode``, ``look up``, ``fuse`` and ``show``."""


class Searcher:
    """Answers queries from a generation; safe to use from several threads."""

    def __init__(self, encoder: Encoder, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Read and encode with these; generations must have been made with the same."""
        self._encoder, self._lexicon, self.vocabulary = encoder, lexicon, vocabulary
        self._fusion = ranking.fusion(encoder.fingerprint)

    def trace(self, generation: Generation, query: Query, visible: Visibility) -> Trace:
        """The solutions most likely to resolve a symptom, with every stage on the way.

        Raises :class:`BadQuery` for an empty or overlong symptom and an unknown environment. A
        symptom without any word (punctuation alone) has no solutions.
        """
        clock = _Clock()
        reader = self._reader(query, self._read(query), visible)
        clock.lap("read")
        hits = self._hits(reader, generation, clock)
        fused = self._fused(hits, reader)
        clock.lap("fuse")
        terms = reader.terms
        shown = solutions(fused[: query.limit], reader, generation, self._lexicon)
        held = frozenset(_held(terms, generation.statistics))
        matched = bool(hits.lexical) and not held.isdisjoint(content_words(terms))
        answer = Answer(shown, reader.lang, generation.name, matched)
        clock.lap("show")
        return Trace(query, reader.reading, terms, hits, tuple(fused), held, answer, clock.laps)

    def again(
        self, generation: Generation, search: Search, visible: Visibility, *, lang: Language
    ) -> tuple[Solution, ...]:
        """What a search showed, in its order, as a reader of ``lang`` sees it now.

        A solution that was renamed goes by its name of now. What may not be seen is left out; for
        an erased symptom there are no reasons. An environment that the vocabulary does not know any
        more counts as none.
        """
        try:
            stated = recognised(search.environment, self.vocabulary)
        except BadQuery:
            stated = ANYWHERE
        query = Query(search.symptom or "", stated, lang)
        reader = self._reader(query, read(query.symptom, self.vocabulary), visible)
        fused = self._fused(self._hits(reader, generation, _Clock()), reader)
        evidence = {each.id: each for each in fused}
        names = generation.renames((each.solution for each in search.shown), visible)
        bare = (Fused(id_, score, None, None, ()) for id_, score in _scores(search, names).items())
        same = [replace(evidence.get(each.id, each), score=each.score) for each in bare]
        return solutions(same, reader, generation, self._lexicon)

    def _reader(self, query: Query, reading: Reading, visible: Visibility) -> Reader:
        return Reader(
            lang=query.lang or reading.lang,
            visible=visible,
            stated=recognised(query.environment, self.vocabulary),
            reading=reading,
            terms=self._lexicon.query_terms(reading.symptom),
        )

    def _hits(self, reader: Reader, generation: Generation, clock: _Clock) -> Hits:
        dense = self._encoder.encode(reader.reading.symptom)
        clock.lap("encode")
        sides = Sides(dense, self._lexicon.query(reader.terms, generation.statistics.idf))
        hits = generation.hits(sides, reader.visible, reader.stated, limit=CANDIDATES)
        clock.lap("look up")
        return hits

    def _fused(self, hits: Hits, reader: Reader) -> list[Fused]:
        """Every candidate, best first; none for a symptom without any word.

        What is near a code in meaning is near it by chance: codes alone are found by their letters.
        """
        reading, least = reader.reading, self._fusion.least
        weight = 0.0 if reading.codes_alone else self._fusion.dense[reading.lang]
        found = ranking.ranked(hits.dense, hits.lexical, weight=weight, least=least)
        return found if reader.terms else []

    def _read(self, query: Query) -> Reading:
        if len(query.symptom) > SYMPTOM_CHARACTERS:
            raise BadQuery(
                f"a symptom of {len(query.symptom)} characters: "
                f"at most {SYMPTOM_CHARACTERS} are read, leave out logs"
            )
        reading = read(query.text, self.vocabulary, query.error_codes)
        if not reading.folded.strip():
            raise BadQuery("the symptom is empty: describe what happens in a few words")
        return reading


def _scores(search: Search, names: Mapping[SolutionId, SolutionId]) -> dict[SolutionId, float]:
    """By name of now, in the order shown; of two that became one, the first."""
    now = [(names.get(each.solution, each.solution), each.score) for each in search.shown]
    return {**dict(now), **dict(reversed(now))}


def _held(terms: Mapping[str, float], statistics: Statistics) -> Iterator[str]:
    ids = np.fromiter(map(term_id, terms), np.uint32, len(terms))
    return compress(terms, statistics.knows(ids))


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.laps[stage], self._last = (now - self._last) * 1000, now
