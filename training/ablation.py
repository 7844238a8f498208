"""What each stage adds: the held-out pairs and some judged sets after every one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kb.encoder import PackagedEncoder
from training import export, measure, texts
from training.files import Folders, whole
from training.stages import RECIPES

SETS = (
    "xquad-sent-en-en",
    "xquad-sent-zh-zh",
    "xquad-sent-zh-en",
    "xquad-sent-en-zh",
    "tencent-faq-zh",
    "banking77-feedback",
)
"""The quick ones of the judged sets, in and across both languages."""
WORDS = ("tatoeba", "utterances", "trades", "sentences", "words")
"""Sources that are no documents, each told by itself."""


def run(folders: Folders) -> None:
    """Package and measure every stage in a folder of its own; write one JSON object."""
    held_out = texts.read(folders.held_out)
    found: dict[str, object] = {}
    for number in (0, *RECIPES):
        export.packaged(folders, number, folders.stage(number))
        model = folders.stage(number) / folders.model.name
        encoder = PackagedEncoder(model)
        found[str(number)] = {
            "held_out": summary(measure.held_out(encoder, held_out)),
            "judged": {
                name: sides["dense"]["nDCG@10"]
                for name, sides in measure.judged(folders.bench, model, SETS).items()
            },
        }
    written = json.dumps(found, indent=2) + "\n"
    with whole(folders.ablation) as draft:
        draft.write_text(written, "utf-8")
    print(written)


def summary(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Accuracy@1 both ways of each of :data:`WORDS`, and the mean over all document sources."""
    told = {
        f"{source} {way}": each[way]
        for source, each in found.items()
        if source in WORDS
        for way in ("zh-en", "en-zh")
    }
    documents = [each for source, each in found.items() if source not in WORDS]
    means = {
        f"documents {way}": round(sum(each[way] for each in documents) / len(documents), 4)
        for way in ("zh-en", "en-zh")
        if documents
    }
    return told | means
