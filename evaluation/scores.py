"""Measured scores on disk: numbers and ids, never a text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from evaluation.measures import Measure
from evaluation.report import Provenance
from evaluation.runs import Side
from kb.errors import KbError


@dataclass(frozen=True, slots=True)
class Judged:
    """What one side scored on one dataset."""

    unanswered: int
    """Queries without any solution; they score 0."""
    scores: Mapping[Measure, Mapping[str, float]]
    """Every measure by query id."""


@dataclass(frozen=True, slots=True)
class Results:
    """One evaluation: every side on every dataset."""

    provenance: Provenance
    judged: Mapping[str, Mapping[Side, Judged]]
    """By the dataset's name."""
    languages: Mapping[str, str]
    """Languages of each dataset's queries and documents, such as ``zh → en``."""


def write(results: Results, path: Path) -> None:
    """Keep results; the same results are the same bytes."""
    content = json.dumps(asdict(results), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(content.encode(), mtime=0))


def read(path: Path) -> Results:
    """Results of :func:`write`; raises :class:`kb.errors.KbError` that names the file."""
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
        return Results(
            provenance=Provenance(**content["provenance"]),
            judged={
                name: {Side(side): _judged(**each) for side, each in sides.items()}
                for name, sides in content["judged"].items()
            },
            languages=content["languages"],
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise KbError(
            f"no scores in {path}: {error}; `make eval` writes retrieval.json.gz"
        ) from error


def _judged(unanswered: int, scores: Mapping[str, Mapping[str, float]]) -> Judged:
    return Judged(unanswered, {Measure(measure): each for measure, each in scores.items()})
