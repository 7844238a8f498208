"""What each stage adds: the held-out pairs and some judged sets after every one of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.encoder import PackagedEncoder
from training import export, measure, texts
from training.files import Folders, whole
from training.pairs import own_sources, worded_twice
from training.passages import DOCUMENTS
from training.stages import RECIPES
from training.texts import Pair

SETS = (
    "xquad-sent-en-en",
    "xquad-sent-zh-zh",
    "xquad-sent-zh-en",
    "xquad-sent-en-zh",
    "tencent-faq-zh",
    "banking77-feedback",
)
"""The quick ones of the judged sets, in and across both languages."""
SENTENCES = "tatoeba"
"""The source of sentences of people for people: told by itself, as each of our own is."""
WAYS = ("zh-en", "en-zh")


def run(folders: Folders) -> None:
    """Measure every stage; write one JSON object.

    A stage's figures are kept as soon as they are there; they are measured anew only when its
    weights are newer.
    """
    held_out = texts.read(folders.held_out)
    found = {str(number): _stage(folders, number, held_out) for number in (0, *RECIPES)}
    content = json.dumps(found, indent=2) + "\n"
    with whole(folders.ablation) as draft:
        draft.write_text(content, "utf-8")
    print(content)


def _stage(folders: Folders, number: int, held_out: Sequence[Pair]) -> dict[str, Any]:
    figures = folders.stage_figures(number)
    if is_newer(figures, folders.weights(number)):
        kept: dict[str, Any] = json.loads(figures.read_text("utf-8"))
        return kept
    model = folders.stage(number) / folders.model.name
    export.quantized(folders, number, model)
    pairs = measure.held_out(PackagedEncoder(model), held_out, twice=worded_twice())
    found = {
        "held_out": summary(pairs, own_sources()),
        "judged": _judged(folders.bench, model),
    }
    with whole(figures) as draft:
        draft.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return found


def _judged(bench: Path, model: Path) -> dict[str, float]:
    """nDCG@10 of the dense side on each of :data:`SETS` that is there."""
    names = sets(bench)
    found = measure.judged(bench, model, names) if names else {}
    return {name: sides["dense"]["nDCG@10"] for name, sides in found.items()}


def sets(bench: Path) -> list[str]:
    """Those of :data:`SETS` that have a folder below ``bench``."""
    return [name for name in SETS if (bench / name).is_dir()]


def is_newer(made: Path, source: Path) -> bool:
    """Whether a file is there and was written after the one that it was made from."""
    return made.is_file() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def summary(found: Mapping[str, Mapping[str, float]], ours: Collection[str]) -> dict[str, float]:
    """Accuracy@1 both ways: the mean over the sources of each kind.

    Of :data:`SENTENCES` and of each of ``ours``, the sources of our own, by itself; of all
    documents; and of all interface strings, which the other sources are.
    """
    kinds: dict[str, list[Mapping[str, float]]] = {}
    for source, each in found.items():
        kinds.setdefault(_kind(source, ours), []).append(each)
    return {
        f"{kind} {way}": round(sum(each[way] for each in sources) / len(sources), 4)
        for kind, sources in kinds.items()
        for way in WAYS
    }


def _kind(source: str, ours: Collection[str]) -> str:
    if source in ours or source == SENTENCES:
        return source
    return "documents" if source.startswith(DOCUMENTS) else "interface strings"
