"""Where a training run keeps what it makes, and how a file is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """What a run reads, and where it writes."""

    parallel: Path
    """``*.tsv.gz``, a pair ``en<TAB>zh`` a line, in the order of the documents."""
    bench: Path
    """Folders of judged queries: read to keep their sentences out, and to measure."""
    out: Path
    """All that the stages make."""

    @property
    def training(self) -> Path:
        """The pairs that are trained on."""
        return self.out / "training.tsv.gz"

    @property
    def held_out(self) -> Path:
        """The pairs that are only measured."""
        return self.out / "held-out.tsv.gz"

    @property
    def tokenizer(self) -> Path:
        """The extended tokenizer."""
        return self.out / "tokenizer.json"

    @property
    def counts(self) -> Path:
        """How often each new token occurs in the training text, as JSON."""
        return self.out / "counts.json"

    @property
    def model(self) -> Path:
        """The encoder as it is packaged."""
        return self.out / "model"

    @property
    def english(self) -> Path:
        """The English model as it would be packaged."""
        return self.out / "english"

    @property
    def full_precision(self) -> Path:
        """The same network for sentence-transformers."""
        return self.out / "full-precision"

    @property
    def exported(self) -> Path:
        """How near int8 is to full precision, and what it weighs, as JSON."""
        return self.out / "export.json"

    @property
    def ablation(self) -> Path:
        """What was measured after all stages, as JSON."""
        return self.out / "ablation.json"

    @property
    def figures(self) -> Path:
        """What was measured, as JSON."""
        return self.out / "figures.json"

    def stage(self, number: int) -> Path:
        """The folder of a stage: its weights, its checkpoint and its log."""
        return self.out / f"stage-{number}"

    def weights(self, number: int) -> Path:
        """What a stage ends with."""
        return self.stage(number) / "weights.pt"

    def stage_figures(self, number: int) -> Path:
        """What was measured after a stage, as JSON."""
        return self.stage(number) / "figures.json"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of ``path`` only when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
