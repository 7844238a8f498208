"""The tokenizer of MiniLM, extended by Chinese characters and words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import rjieba
from tokenizers import Tokenizer

import kb
from kb.folding import HAN
from kb.vocabulary import load
from training import texts
from training.files import Folders, whole
from training.source import model_folder

PRODUCT: Final = Path(kb.__file__).parent / "vocabulary.yaml"
LEAST_TIMES: Final = 8
"""A word that the training text has less often is left to its characters: it would stay near
where it began, and pull its texts there."""
MOST_WORDS: Final = 11_000
"""The most frequent are kept: what fits the packaged file's 28 MB."""
LONGEST: Final = 6
"""Characters of a word; longer ones are names of one source."""
ROUNDS: Final = 4
"""Times that words are pruned: one that goes makes others more frequent. Then none goes."""

_WORD = re.compile(f"[{HAN}]{{2,{LONGEST}}}")
_TERM = re.compile(f"[{HAN}]{{2,}}")
_CHARACTER = re.compile(f"[{HAN}\u3001-\u303f]")


@dataclass(frozen=True, slots=True)
class Counts:
    """How often the training text has each Chinese token.

    Characters of the national standard and product terms are there even if it has none.
    """

    characters: Mapping[str, int]
    words: Mapping[str, int]


def run(folders: Folders) -> None:
    """Fit the vocabulary on the training text, and write tokenizer and counts."""
    source = model_folder() / "tokenizer.json"
    chinese = [pair.zh for pair in texts.read(folders.training)]
    found = fitted(source.read_text("utf-8"), chinese, product_terms())
    with whole(folders.tokenizer) as draft:
        draft.write_text(extended(source.read_text("utf-8"), found), "utf-8")
    with whole(folders.counts) as draft:
        counts = {"characters": dict(found.characters), "words": dict(found.words)}
        draft.write_text(json.dumps(counts, ensure_ascii=False), "utf-8")
    print(f"{len(found.characters)} characters, {len(found.words)} words")


def read(path: Path) -> Counts:
    """The counts that a run wrote; exits when there are none."""
    if not path.is_file():
        raise SystemExit(f"no {path}: run python -m training vocabulary first")
    return Counts(**json.loads(path.read_text("utf-8")))


def product_terms() -> list[str]:
    """The Chinese words of the product's own vocabulary, which are kept however rare."""
    return sorted(word for word in load(PRODUCT).words if _TERM.fullmatch(word))


def standard_characters() -> list[str]:
    """The 6,763 characters of GB 2312: one that is never trained still differs from the others."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return [sign for pair in rows if (sign := pair.decode("gb2312", errors="ignore"))]


def fitted(source: str, chinese: Sequence[str], terms: Iterable[str]) -> Counts:
    """Characters and words of folded texts as the tokenizer will cut them, the rare words pruned.

    The tokenizer takes the longest word that fits, so a word counts only where it is really cut.
    """
    kept = Counter(dict.fromkeys(terms, 0))
    characters = Counter(dict.fromkeys(standard_characters(), 0))
    characters.update(sign for text in chinese for sign in _CHARACTER.findall(text))
    words = set(kept) | candidates(chinese)
    for _ in range(ROUNDS):
        counted = _cut(source, Counts(characters, dict.fromkeys(words, 0)), chinese)
        common = [word for word, times in counted.most_common() if times >= LEAST_TIMES]
        words = set(kept) | set(common[:MOST_WORDS])
    counted = _cut(source, Counts(characters, dict.fromkeys(words, 0)), chinese)
    return Counts(_ordered(characters), _ordered({word: counted[word] for word in words}))


def candidates(chinese: Iterable[str]) -> set[str]:
    """The words that a segmenter finds often enough in texts."""
    found = Counter(word for text in chinese for word in rjieba.cut(text))
    return {word for word, times in found.items() if times >= LEAST_TIMES and _WORD.fullmatch(word)}


def extended(source: str, counts: Counts) -> str:
    """The tokenizer's JSON with characters in its vocabulary, and words as added tokens.

    Ids of the source stay; new ones follow, characters first. It neither cuts nor pads.
    """
    tokenizer: dict[str, Any] = json.loads(source)
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    for token in (each for each in counts.characters if each not in vocabulary):
        vocabulary[token] = len(vocabulary)
    tokenizer["added_tokens"] += [
        _added(len(vocabulary) + place, word) for place, word in enumerate(counts.words)
    ]
    tokenizer |= {"truncation": None, "padding": None}
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))


def chinese_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """The tokens that are Chinese, a few of which the source has already, with their ids."""
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    return {token: id_ for token, id_ in vocabulary.items() if _CHARACTER.match(token)}


def _added(id_: int, word: str) -> dict[str, object]:
    flags = dict.fromkeys(("special", "single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": id_, "content": word, **flags}


def _cut(source: str, counts: Counts, chinese: Sequence[str]) -> Counter[str]:
    """How often each word occurs when texts are cut with these characters and words."""
    tokenizer = Tokenizer.from_str(extended(source, counts))
    tokens = (token for each in _tokens(tokenizer, chinese) for token in each)
    return Counter(token for token in tokens if token in counts.words)


def _tokens(tokenizer: Tokenizer, chinese: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(chinese), 10_000):
        for encoding in tokenizer.encode_batch(chinese[start : start + 10_000]):
            yield encoding.tokens


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """Most frequent first; ties by text."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
