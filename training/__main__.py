"""``python -m training STAGE``: one stage of how the packaged encoder is made."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import torch
from transformers.utils import logging

from training import ablation, alignment, curves, export, measure, pairs, stages, vocabulary
from training.files import Folders
from training.stages import RECIPES, Run

STAGES = {
    "pairs": "split the parallel text into what is trained on and what is held out",
    "vocabulary": "extend the tokenizer by Chinese characters and words",
    "0": "train the Chinese word rows alone",
    "1": "train all layers on sentences",
    "2": "train all layers on passages too",
    "3": "train all layers to find the text to a title too",
    "export": "write the packaged encoder",
    "measure": "measure it",
    "ablation": "measure what each stage adds",
    "all": "each of these that is not done yet",
}
WHOLE_NETWORK = {str(number): number for number in RECIPES}


def main() -> int:
    """Run one stage, or all; a stage that was interrupted goes on where it was."""
    options = _parser().parse_args()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(options.threads)
    folders = Folders(options.parallel, options.bench, options.out)
    if options.stage != "all":
        _run(options.stage, folders, options)
        return 0
    for stage, product in _products(folders).items():
        if product.exists():
            print(f"{stage}: done already ({product})")
        else:
            _run(stage, folders, options)
    return 0


def _products(folders: Folders) -> dict[str, Path]:
    """What each stage writes last, in their order."""
    return {
        "pairs": folders.held_out,
        "vocabulary": folders.counts,
        **{str(number): folders.weights(number) for number in (0, *RECIPES)},
        "export": folders.exported,
        "measure": folders.figures,
        "ablation": folders.ablation,
    }


def _run(stage: str, folders: Folders, options: argparse.Namespace) -> None:
    if stage in WHOLE_NETWORK:
        number = WHOLE_NETWORK[stage]
        recipe = RECIPES[number]
        recipe = replace(recipe, visits=options.visits or recipe.visits)
        stages.run(Run(folders, number, recipe, options.seed, options.device))
        curves.draw(folders)
    elif stage == "0":
        alignment.run(folders, seed=options.seed)
    elif stage == "pairs":
        pairs.run(folders)
    elif stage == "vocabulary":
        vocabulary.run(folders)
    elif stage == "export":
        export.run(folders, number=options.of)
    elif stage == "ablation":
        ablation.run(folders)
    else:
        measure.run(folders)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=main.__doc__)
    told = "; ".join(f"{name}: {what}" for name, what in STAGES.items())
    parser.add_argument("stage", choices=STAGES, help=told)
    for name in ("parallel", "bench", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"folder: {FOLDERS[name]}")
    parser.add_argument("--visits", type=int, help="sentences of stage 1, 2 or 3, else its own")
    parser.add_argument("--of", type=int, default=3, help="stage whose weights are exported")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2, help="cores to use")
    parser.add_argument(
        "--device", default="cpu", help="cpu, or cuda where there is an accelerator"
    )
    return parser


FOLDERS = {
    "parallel": "parallel text, *.tsv.gz",
    "bench": "folders of judged queries",
    "out": "what is made",
}


if __name__ == "__main__":
    sys.exit(main())
