"""The parallel text: what is trained on, and what is held out to be measured."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from kb.folding import fold
from training import texts
from training.files import Folders
from training.texts import Pair, key, keys

DATA = Path(__file__).parent / "data"
"""Texts of our own, ``*.tsv`` with a header: English, Chinese, in some Chinese in other words too.

``utterances`` describe faults, ``trades`` is what customer services of all trades hear and say;
``words`` and ``sentences`` hold what the parallel text lacks: 2,300 common characters, and names.
"""
UTTERANCES = DATA / "utterances.tsv"
AGAIN = "zh_too"
"""The column of a second Chinese wording."""
EVALUATION = Path(__file__).parents[1] / "evaluation"
OWN_QUERIES = (EVALUATION / "data/queries.jsonl", EVALUATION / "data/support/queries.jsonl")
"""Our own judged queries, the test half too: read only to keep their texts out of training."""
HELD_OUT = 1_000
"""At most so many English texts of a source are held out,"""
HELD_OUT_SHARE = 0.1
"""and at most this share of them."""
OWN_HELD_OUT = 200
"""Of a source of our own (:func:`own_sources`), which is there to be learnt."""


@dataclass(frozen=True, slots=True)
class Split:
    """Pairs to train on, and pairs to measure with."""

    training: tuple[Pair, ...]
    held_out: tuple[Pair, ...]


def run(folders: Folders) -> None:
    """Read every source, split it, and say how much of each is left."""
    ours = own_sources()
    texts_of_ours = (written(DATA / f"{source}.tsv") for source in ours)
    pairs = unique([*parallel(folders.parallel), *chain.from_iterable(texts_of_ours)])
    made = split(pairs, judged_keys(folders.bench), ours=ours)
    texts.write(made.training, folders.training)
    texts.write(made.held_out, folders.held_out)
    for source in dict.fromkeys(pair.source for pair in pairs):
        counts = [
            sum(pair.source == source for pair in part)
            for part in (pairs, made.training, made.held_out)
        ]
        print(source, *counts, sep="\t")
    print("all", len(pairs), len(made.training), len(made.held_out), sep="\t")


def own_sources() -> list[str]:
    """The names of the sources of our own, in order: one for each file of :data:`DATA`."""
    return sorted(file.stem for file in DATA.glob("*.tsv"))


def worded_twice() -> list[str]:
    """Those of :func:`own_sources` whose English has two Chinese wordings."""
    return [source for source in own_sources() if AGAIN in _columns(DATA / f"{source}.tsv")]


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return next(lines, "").rstrip("\r\n").split("\t")


def parallel(folder: Path) -> Iterator[Pair]:
    """The pairs of every ``*.tsv.gz`` of a folder, folded, by name and line.

    Exits when the folder has none.
    """
    files = sorted(folder.glob("*.tsv.gz"))
    if not files:
        raise SystemExit(f"no *.tsv.gz in {folder}: give the folder of parallel text")
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            for place, line in enumerate(lines):
                en, _, zh = line.removesuffix("\n").partition("\t")
                yield _pair(file.name.removesuffix(".tsv.gz"), place, en, zh)


def written(path: Path) -> Iterator[Pair]:
    """The pairs of a file of our own, one for each Chinese wording of its English."""
    with path.open(encoding="utf-8", newline="") as lines:
        for place, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
            for column in ("zh", AGAIN):
                if row.get(column):
                    yield _pair(path.stem, place, row["en"], row[column])


def unique(pairs: Iterable[Pair]) -> list[Pair]:
    """Pairs that differ in either text from all before them; those with an empty text go."""
    first: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        if pair.en and pair.zh:
            first.setdefault((key(pair.en), key(pair.zh)), pair)
    return list(first.values())


def judged_keys(bench: Path, queries: Iterable[Path] = OWN_QUERIES) -> set[str]:
    """What is judged: titles, texts, and the sentences of texts.

    Of the judged sets below a folder, and of files of our own queries.
    """
    found: set[str] = set()
    for row in chain(_packed(bench), *map(_rows, queries)):
        found |= keys(row["text"])
        if row.get("title"):
            found |= keys(row["title"])
    return found


def _packed(bench: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(bench.glob("*/*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def split(pairs: Sequence[Pair], judged: Set[str], *, ours: Collection[str] = ()) -> Split:
    """Hold out of each source; train on what says nothing that is held out or judged.

    A text that one source holds out is held out of all. Of a longer text each sentence counts.
    ``ours`` are the sources of our own.
    """
    held = held_out(pairs, ours=ours)
    silent = {key(text) for pair in held for text in (pair.en, pair.zh)} | judged
    training = (pair for pair in pairs if not silent & (keys(pair.en) | keys(pair.zh)))
    return Split(tuple(training), tuple(held))


def held_out(pairs: Sequence[Pair], *, ours: Collection[str]) -> list[Pair]:
    """The pairs of each source to measure with: every wording of the English texts chosen.

    The choice goes by a digest of the English text, so it does not depend on order, and sources
    that share texts hold out the same ones.
    """
    by_source: dict[str, dict[str, list[Pair]]] = {}
    for pair in pairs:
        by_source.setdefault(pair.source, {}).setdefault(key(pair.en), []).append(pair)
    chosen: list[Pair] = []
    for source, by_text in by_source.items():
        most = OWN_HELD_OUT if source in ours else HELD_OUT
        many = min(most, int(len(by_text) * HELD_OUT_SHARE))
        for text in sorted(by_text, key=_draw)[:many]:
            chosen += by_text[text]
    return chosen


def _draw(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8, person=b"held out").digest()


def _pair(source: str, place: int, en: str, zh: str) -> Pair:
    """Both texts folded, on one line, without blanks around or in a row."""
    return Pair(source, place, " ".join(fold(en).split()), " ".join(fold(zh).split()))
