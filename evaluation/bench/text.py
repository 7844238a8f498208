"""Articles enough for a number of chunks: real Markdown, then the same with changed wording."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

_WORD = re.compile(r"[A-Za-z]{4,}|[㐀-鿿]{2}")
_METADATA = re.compile(r"\A\ufeff?---\r?\n.*?\n---\r?\n", re.DOTALL)
CHANGED = 4
"""In a copy, about one word (or pair of Chinese characters) of so many is another of its file."""
LABELLED = 5
"""One article of so many is for phones; the others are for computers."""
PRODUCTS = ("phone", "computer")

Chunks = Callable[[str], int]
"""How many chunks an article's Markdown makes."""


def articles(
    sources: Sequence[str], wanted: int, chunks: Chunks, *, seed: int = 1
) -> Iterator[str]:
    """Markdown of articles until there are at least so many chunks.

    First each source as it is, in a random order that the seed decides; then, round after round,
    with changed wording. Nothing for no chunks; raises ``ValueError`` without any source.
    """
    if not sources:
        raise ValueError("no Markdown to make articles of")
    chance = random.Random(seed)  # noqa: S311 - for measuring
    order = list(sources)
    chance.shuffle(order)
    made = 0
    for number, text in enumerate(_rounds(order, chance)):
        if made >= wanted:
            return
        labelled = _labelled(text, PRODUCTS[0 if number % LABELLED == 0 else 1])
        made += chunks(labelled)
        yield labelled


def _rounds(order: Sequence[str], chance: random.Random) -> Iterator[str]:
    for number in count():
        for text in order:
            yield text if number == 0 else reworded(text, chance)


def reworded(text: str, chance: random.Random) -> str:
    """The text with one word of :data:`CHANGED` replaced by another of the same text."""
    words: dict[bool, list[str]] = defaultdict(list)
    for word in _WORD.findall(text):
        words[word.isascii()].append(word)

    def other(match: re.Match[str]) -> str:
        word = match.group()
        return chance.choice(words[word.isascii()]) if chance.random() < 1 / CHANGED else word

    return _WORD.sub(other, text)


def _labelled(text: str, product: str) -> str:
    body = _METADATA.sub("", text, count=1)
    return f"---\nconfidence: validated\nproducts: [{product}]\n---\n{body}"


def markdown(folder: Path) -> list[str]:
    """Every Markdown file below a folder that is UTF-8 and holds something, by path."""
    return list(filter(str.strip, _texts(sorted(folder.rglob("*.md")))))


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        try:
            yield path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def write(texts: Iterable[str], folder: Path) -> int:
    """Write articles below a folder; how many they were."""
    number = 0
    for number, text in enumerate(texts, 1):
        place = folder / f"{number // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"article-{number:06d}.md").write_text(text, "utf-8")
    return number
