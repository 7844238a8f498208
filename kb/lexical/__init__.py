"""Mixed Chinese and Latin text -> weighted terms (door of rjieba and PyStemmer)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import pairwise
from threading import Lock
from typing import Final
from zlib import crc32

import numpy as np
import rjieba
import Stemmer  # type: ignore[import-not-found]  # has no type hints
from numpy.typing import NDArray

from kb.folding import HAN, caseless, fold
from kb.index import Sparse
from kb.lexical.phrases import Phrases
from kb.lexical.plurals import plurals
from kb.lexical.stop_words import STOP_WORDS
from kb.vocabulary import Vocabulary

K1: Final = 1.2
B: Final = 0.75
"""BM25's usual constants: how fast repetition stops counting, how much length counts."""
PART: Final = 0.4
"""What a part weighs in a query beside a word: character pairs across words, words of three and
more characters (their pairs count already), pieces of identifiers. Best of 0 to 1 on development
sets of Chinese and English support questions, and flat between 0.3 and 0.5."""

_CJK: Final = HAN + "\u3041-\u30ff\uac00-\ud7a3"
_TOKENS: Final = re.compile(
    rf"([{_CJK}]+)"
    rf"|([0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])"
    rf"|[^\W{_CJK}]{{1,64}}(?:['’.+_-][^\W{_CJK}]{{1,64}}){{0,15}})"
)
"""Either a stretch of characters that are written without blanks, or a Latin token."""
_MIXED: Final = re.compile(r"(?<![^\W_])[^\W_]{1,32}+(?:[-_][^\W_]{1,32}+){1,7}")
"""Identifiers that may hold both scripts, such as 传感器-温度-th01."""
_CJK_AND_LATIN: Final = re.compile(rf"(?=.*[{_CJK}]).*[a-z0-9]")
_DROPPED: Final = re.compile("['’]s$|['’,]")
_JOINTS: Final = re.compile(r"[+_-]+|(?<![0-9])\.|\.(?![0-9])|(?<=[a-z])(?=[A-Z])")
_NUMBERED: Final = re.compile(r"([a-z]{2,})([0-9]+(?:\.[0-9]+)*)([a-z]*)")
_VERSION: Final = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_WORDS_KEPT: Final = 2**16
_SHOWN_KEPT: Final = 2**14
_PAIR: Final = 2
_FIRST_CJK: Final = "々"
"""The least of the characters that are written without blanks."""

Idf = Callable[[NDArray[np.uint32]], NDArray[np.float32]]
"""Term ids -> inverse document frequencies, see :meth:`kb.statistics.Statistics.idf`."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A Latin token: its term (none for a stop word) and the terms of its parts."""

    whole: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scan:
    """What stands in a text."""

    whole: list[str]
    """Terms of phrases and of identifiers in both scripts."""
    latin: list[_Word]
    runs: list[str]
    """Stretches of characters that are written without blanks."""


class Lexicon:
    """Turns texts into terms and terms into BM25 vectors; safe to use from several threads.

    Chinese gives every pair of neighbouring characters, the segmenter's longer words and, in
    articles, single characters; so a word is found wherever it stands, however it was segmented.
    Latin words give English stems; identifiers and versions stay whole and give their parts too.
    Words of the vocabulary are never stemmed, and each of its spellings gives the indexed one, as
    does a plural of them.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Read the segmenter's dictionary (0.3 s)."""
        self.fingerprint = _fingerprint(vocabulary)
        self._spellings = {**vocabulary.spellings, **plurals(vocabulary)}
        self._words = vocabulary.words | self._spellings.keys()
        single = frozenset(filter(_single, self._words))
        meanings = _phrases(self._words, self._spellings)
        self._phrases = Phrases(meanings, apart=single, cjk=_CJK)
        self._segmenter = rjieba.Jieba()
        self._stemmer, self._stemming = Stemmer.Stemmer("english", 0), Lock()
        self._word = lru_cache(_WORDS_KEPT)(self._read_word)
        self.word_terms = lru_cache(_SHOWN_KEPT)(self._word_terms)
        """The terms of one word of a text, which recurs: what is marked in excerpts."""

    def terms(self, text: str) -> dict[str, int]:
        """How often a chunk's text holds each term; empty for a text of stop words and signs."""
        scanned = self._scan(text)
        counts = Counter(scanned.whole)
        for word in scanned.latin:
            counts.update(word.whole)
            counts.update(word.parts)
        for run in scanned.runs:
            counts.update(run)
            counts.update(map("".join, pairwise(run)))
        counts.update(word for word in self._segmented(scanned.runs) if len(word) > _PAIR)
        return dict(counts)

    def query_terms(self, text: str) -> dict[str, float]:
        """What each term of a query weighs: its count, a part's count times :data:`PART`.

        Every term is one of :meth:`terms` of the same text. A Chinese character counts by itself
        only where it stands alone. Stop words have no weight.
        """
        scanned = self._scan(text)
        words = self._segmented(scanned.runs)
        pairs = ("".join(pair) for run in scanned.runs for pair in pairwise(run))
        whole = Counter(scanned.whole)
        whole.update(term for word in scanned.latin for term in word.whole)
        whole.update(run for run in scanned.runs if len(run) == 1)
        whole.update(word for word in words if len(word) == _PAIR)
        parts = Counter(term for word in scanned.latin for term in word.parts)
        parts.update(word for word in words if len(word) > _PAIR)
        known = frozenset(words)
        parts.update(pair for pair in pairs if pair not in known)
        weights = {term: count * PART for term, count in parts.items()}
        weights.update(whole)
        return {term: weight for term, weight in weights.items() if term not in STOP_WORDS}

    def length(self, counts: Mapping[str, int]) -> float:
        """A chunk's length in words, from its terms: two Chinese characters count as one word."""
        return sum(
            count if term[0] < _FIRST_CJK else count / 2 if len(term) == 1 else 0
            for term, count in counts.items()
        )

    def document(self, counts: Mapping[str, int], *, average_length: float) -> Sparse:
        """A chunk's BM25 vector without IDF; ``average_length`` above 0 is that of :meth:`length`.

        ``tf (k1 + 1) / (tf + k1 (1 - b + b length / average))``.
        Source: Robertson & Zaragoza 2009.
        """
        frequency = np.fromiter(counts.values(), np.float64, len(counts))
        relative = self.length(counts) / average_length
        weights = frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * relative))
        return _sparse(counts, weights.tolist())

    def query(self, weights: Mapping[str, float], idf: Idf) -> Sparse:
        """A query's vector: its dot product with a chunk's is the BM25 score."""
        bare = _sparse(weights, weights.values())
        return Sparse(bare.ids, bare.weights * idf(bare.ids))

    def _scan(self, text: str) -> _Scan:
        folded = fold(text)
        lower = caseless(folded)
        tokens = _TOKENS.findall(folded)
        mixed = (name for name in _MIXED.findall(lower) if _CJK_AND_LATIN.match(name))
        return _Scan(
            whole=[*map(self._indexed, self._phrases.meanings(lower)), *mixed],
            latin=[self._word(token) for _, token in tokens if token],
            runs=[run for run, _ in tokens if run],
        )

    def _segmented(self, runs: Iterable[str]) -> list[str]:
        """Words of two and more characters that are no phrases of the vocabulary."""
        words = self._segmenter.cut_for_search("\n".join(runs))
        return [
            word
            for word in words
            if len(word) >= _PAIR and not (len(word) > _PAIR and word in self._words)
        ]

    def _word_terms(self, word: str) -> frozenset[str]:
        return frozenset(self.terms(word))

    def _read_word(self, token: str) -> _Word:
        bare = _DROPPED.sub("", token).strip("_")
        lower = caseless(bare)
        if not lower or lower in STOP_WORDS:
            return _Word(())
        stem = self._stem(lower)
        if known := next((form for form in (lower, stem) if form in self._words), None):
            return _Word((self._indexed(known),))
        numbered = _NUMBERED.fullmatch(lower)
        if numbered and numbered[1] in self._words:
            name, number, rest = numbered.groups()
            whole = (self._indexed(name), number, rest) if rest else (self._indexed(name), number)
            return _Word(whole, tuple(_prefixes(number)))
        parts = dict.fromkeys(self._parts(bare))
        return _Word((stem,), tuple(part for part in parts if part not in {"", stem}))

    def _parts(self, name: str) -> Iterator[str]:
        """The parts of an identifier: humps, pieces between joints, numbers, shorter versions."""
        for piece in map(caseless, _JOINTS.split(name)):
            numbered = _NUMBERED.fullmatch(piece)
            for part in numbered.groups() if numbered else (piece,):
                if part not in STOP_WORDS:
                    yield self._indexed(self._stem(part))
                    yield from _prefixes(part)

    def _indexed(self, word: str) -> str:
        """How the index spells a word of the vocabulary: the singular, if that is a word too."""
        meaning = self._spellings.get(word, word)
        singular = meaning.removesuffix("s")
        return singular if singular in self._words else meaning

    def _stem(self, word: str) -> str:
        if word in self._words or not (word.isascii() and word.isalpha()):
            return word
        # A stemmer keeps one buffer for all its words.
        with self._stemming:
            return str(self._stemmer.stemWord(word))


def _fingerprint(vocabulary: Vocabulary) -> str:
    """16 hex digits over what decides terms: words, stop words, the libraries' versions."""
    versions = [f"{name} {version(name)}" for name in ("opencc", "PyStemmer", "rjieba")]
    parts = [vocabulary.fingerprint, *sorted(STOP_WORDS), *versions]
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def term_id(term: str) -> int:
    """A term's id in sparse vectors: CRC-32 of its UTF-8, the same on every machine."""
    return crc32(term.encode())


def _sparse(terms: Iterable[str], weights: Iterable[float]) -> Sparse:
    """Terms of one id, a hash collision, become one of their summed weights."""
    summed: dict[int, float] = {}
    for id_, weight in zip(map(term_id, terms), weights, strict=True):
        summed[id_] = summed.get(id_, 0.0) + weight
    ids = sorted(summed)
    return Sparse(np.array(ids, np.uint32), np.array([summed[id_] for id_ in ids], np.float32))


def _phrases(words: Iterable[str], spellings: Mapping[str, str]) -> dict[str, str]:
    """What neither single tokens nor character pairs find: names of several words, long Chinese."""
    meanings = {word: spellings.get(word, word) for word in words}
    return {
        word: meaning
        for word, meaning in meanings.items()
        if not _single(word) and not (len(word) == _PAIR and word == meaning)
    }


def _single(word: str) -> bool:
    """Whether it is one Latin token, which is looked up as a whole."""
    token = _TOKENS.fullmatch(word)
    return bool(token and token[2])


def _prefixes(version: str) -> Iterator[str]:
    """``18.1.2`` -> ``18.1``, ``18``; nothing for what is no version."""
    if _VERSION.fullmatch(version):
        while shorter := version.rpartition(".")[0]:
            yield shorter
            version = shorter
