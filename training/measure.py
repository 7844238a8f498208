"""What the packaged encoder can do: held-out pairs, judged sets, and what a query costs."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.encoder import Encoder, PackagedEncoder, encode_all
from training import export_minilm, package, texts
from training.files import Folders, whole
from training.pairs import UTTERANCES, worded_twice, written
from training.texts import Pair, key

SENTENCES = Path(__file__).parent / "sentences.txt"
TIMES = 5
"""Rounds of timing; both models take turns, so that a busy machine slows both."""


def run(folders: Folders) -> None:
    """Measure everything; print it, and write it as one JSON object."""
    encoder = PackagedEncoder(folders.model)
    pairs = texts.read(folders.held_out)
    found = {
        "fingerprint": encoder.fingerprint,
        "held_out": held_out(encoder, pairs, twice=worded_twice()),
        "query_ms": query_ms(encoder, english(folders)),
        "judged": judged(folders.bench, folders.model),
    }
    content = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    with whole(folders.figures) as draft:
        draft.write_text(content, "utf-8")
    print(content)


def english(folders: Folders) -> PackagedEncoder:
    """The English model in the same form, which a query's time is compared with.

    Made anew unless it is whole: a run that was killed leaves a part of it.
    """
    if not package.is_whole(folders.english):
        export_minilm.write(folders.english)
    return PackagedEncoder(folders.english)


def held_out(
    encoder: Encoder, pairs: Sequence[Pair], *, twice: Collection[str]
) -> dict[str, dict[str, float]]:
    """Accuracy@1 of each source: how often a text finds its translation among the source's own.

    The first Chinese wording of each English text counts; texts that are equal in one language
    stand for each other. Of the sources in ``twice``, one Chinese wording finds the other too.
    """
    found: dict[str, dict[str, float]] = {}
    for source in dict.fromkeys(pair.source for pair in pairs):
        own = [pair for pair in pairs if pair.source == source]
        first = list({key(pair.en): pair for pair in reversed(own)}.values())[::-1]
        zh, en = [pair.zh for pair in first], [pair.en for pair in first]
        found[source] = {"pairs": float(len(first))}
        found[source] |= _both_ways(encoder, {"zh": zh, "en": en})
        if source in twice:
            wordings = {key(pair.en): pair.zh for pair in own}
            too = [wordings[key(text)] for text in en]
            found[source] |= _both_ways(encoder, {"zh": zh, "zh_too": too})
    return found


def accuracy(wanted: Sequence[str], scores: NDArray[np.float32]) -> float:
    """How often the highest of a row's scores is in its own column; ties are to the first.

    ``wanted`` are the texts of the columns: an equal text in another column is right too.
    """
    keys = [key(text) for text in wanted]
    right = sum(keys[row] == keys[found] for row, found in enumerate(scores.argmax(axis=1)))
    return float(right / max(len(keys), 1))


def query_ms(encoder: Encoder, english: Encoder) -> dict[str, float]:
    """Median milliseconds of a sentence: both models on English, ours on Chinese, and the ratio."""
    said = SENTENCES.read_text("utf-8").splitlines()
    chinese = [pair.zh for pair in written(UTTERANCES)][: len(said)]
    times: dict[str, list[float]] = {"english_model": [], "en": [], "zh": []}
    for _ in range(TIMES):
        times["english_model"] += _times_ms(english, said)
        times["en"] += _times_ms(encoder, said)
        times["zh"] += _times_ms(encoder, chinese)
    medians = {name: round(float(np.median(each)), 3) for name, each in times.items()}
    return medians | {"ratio": round(medians["en"] / medians["english_model"], 3)}


def judged(
    bench: Path, encoder: Path, names: Sequence[str] = ()
) -> dict[str, dict[str, dict[str, float]]]:
    """Means of each judged set by side and measure, found by ``python -m evaluation.retrieval``.

    A process of its own, for which the folder is the encoder; its reports and state go beside that
    folder. ``names`` are the sets, all when empty.
    """
    reports = encoder.with_name("reports")
    reports.mkdir(parents=True, exist_ok=True)
    settings = [
        f"FIXPOINT_ENCODER={encoder.resolve()}",
        f"FIXPOINT_STATE={encoder.with_name('state').resolve()}",
    ]
    env = shutil.which("env") or "/usr/bin/env"
    command = [
        sys.executable,
        "-m",
        "evaluation.retrieval",
        str(bench),
        *names,
        "--reports",
        str(reports),
    ]
    subprocess.run([env, *settings, *command], check=True, cwd=Path(__file__).parents[1])  # noqa: S603  # no shell, our own arguments
    return dict(means(json.loads(gzip.decompress((reports / "retrieval.json.gz").read_bytes()))))


def means(results: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, dict[str, float]]]]:
    """Each judged set's name with the mean of every measure by side, of an evaluation's JSON."""
    for name, columns in results["judged"].items():
        yield (
            name,
            {
                side: {
                    measure: round(sum(values) / len(values), 4)
                    for measure, values in each["scores"].items()
                }
                for side, each in columns["sides"].items()
            },
        )


def _both_ways(encoder: Encoder, lists: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Accuracy from each of two lists of texts to the other, by their names."""
    (first, ours), (second, theirs) = lists.items()
    vectors = [np.array(list(encode_all(encoder, each, workers=2))) for each in (ours, theirs)]
    scores = vectors[0] @ vectors[1].T
    return {
        f"{first}-{second}": round(accuracy(theirs, scores), 4),
        f"{second}-{first}": round(accuracy(ours, scores.T), 4),
    }


def _times_ms(encoder: Encoder, said: Sequence[str]) -> list[float]:
    times: list[float] = []
    for text in said:
        start = time.perf_counter()
        encoder.encode(text)
        times.append(1000 * (time.perf_counter() - start))
    return times
