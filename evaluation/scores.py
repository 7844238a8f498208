"""Measured scores on disk: numbers and ids, never a text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    """Keep results, to four decimals; the same results are the same bytes."""
    content = {
        "provenance": asdict(results.provenance),
        "languages": dict(results.languages),
        "judged": {name: _columns(sides) for name, sides in results.judged.items()},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read(path: Path) -> Results:
    """Results of :func:`write`; raises :class:`kb.errors.KbError` that names the file."""
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
        return Results(
            provenance=Provenance(**content["provenance"]),
            judged={name: _judged(**columns) for name, columns in content["judged"].items()},
            languages=content["languages"],
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise KbError(
            f"no scores in {path}: {error}; `make eval` writes retrieval.json.gz"
        ) from error


def _columns(sides: Mapping[Side, Judged]) -> dict[str, object]:
    """Query ids once, then a list of values for each side and measure."""
    queries = [*next(iter(sides.values())).scores[Measure.NDCG]] if sides else []
    return {
        "queries": queries,
        "sides": {
            side: {
                "unanswered": each.unanswered,
                "scores": {
                    measure: [round(values[id_], 4) for id_ in queries]
                    for measure, values in each.scores.items()
                },
            }
            for side, each in sides.items()
        },
    }


def _judged(queries: Sequence[str], sides: Mapping[str, Mapping[str, Any]]) -> dict[Side, Judged]:
    return {
        Side(side): Judged(
            each["unanswered"],
            {
                Measure(measure): dict(zip(queries, values, strict=True))
                for measure, values in each["scores"].items()
            },
        )
        for side, each in sides.items()
    }
