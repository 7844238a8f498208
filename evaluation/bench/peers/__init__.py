"""The search libraries that a user would reach for instead, measured in processes of their own.

Each is a script of this package, over the weights of our own encoder. None of them is a
dependency: ``requirements-peers.lock`` is installed apart, and only its Python imports the scripts.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
ENVIRONMENT: Final = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""All that a peer sees of ours beside a home folder of its own: no telemetry, no network."""


WEIGHTS: Final = "weights"
"""A link beside a peer's index, to the folder of its encoder."""


class Name(StrEnum):
    """The peers, each by its script."""

    HAYSTACK_MEMORY = "haystack_memory"
    HAYSTACK_QDRANT = "haystack_qdrant"
    TXTAI = "txtai_hybrid"
    CHROMA = "chroma_dense"


@dataclass(frozen=True, slots=True)
class Kit:
    """What the peers run with."""

    python: Path
    """The interpreter of their environment."""
    weights: Path
    """A folder for sentence-transformers: the weights of our encoder in full precision."""
    unfit: str = ""
    """Why these weights would be no comparison, a line for the report; empty if they are one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the files a peer is given, and for how long it may work."""

    chunks: int
    """The first so many of the file are indexed."""
    queries: int
    """The first so many of the file are timed, at least 1."""
    warm_up: int = 20
    """Queries that are run before, at least 1, from the first on and round again; not timed."""
    timeout_s: float = 1800
    """For indexing and searching together."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What one peer did."""

    name: Name
    versions: Mapping[str, str]
    """Of the packages that make it up."""
    chunks: int
    index_s: float
    """Encoding and writing, without the imports and the loading of the model."""
    start_s: float
    """From the start of a process that finds the index on disk to its first answer."""
    disk_mb: float
    rss_mb: float
    """Of the searching process, after the last query; 1 MB is a million bytes."""
    threads: int
    """Of the encoder: its default number or 1, whichever answered faster."""
    p50_ms: float
    p95_ms: float
    p99_ms: float
    encoder_ms: float
    """Median of encoding a query alone: fp32 in torch, where ours is int8 in onnxruntime."""
    run: Mapping[str, Sequence[tuple[str, float]]]
    """Ids and scores of at most ten chunks per query id, best first."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A peer that gave no figures."""

    name: Name
    reason: str
    """One line for a reader of the report."""


@dataclass(frozen=True, slots=True)
class _Task:
    name: Name
    kit: Kit
    """Both absolute; a link to the interpreter is kept: it makes it the environment's own."""
    folder: Path
    """Holds the index, the peer's home and what it reports."""
    deadline: float
    """On :func:`time.monotonic`."""


def measured(name: Name, chunks: Path, queries: Path, kit: Kit, *, limits: Limits) -> Peer | Absent:
    """Let one peer index chunks and answer queries, in processes of its own.

    ``chunks`` and ``queries`` are JSON Lines as :mod:`evaluation.bench.peers.contract` reads them.
    Whatever keeps a peer from finishing is a reason, never an exception.
    """
    if kit.unfit:
        return Absent(name, kit.unfit)
    with TemporaryDirectory() as folder:
        found = Kit(kit.python.absolute(), kit.weights.absolute())
        task = _Task(name, found, Path(folder), time.monotonic() + limits.timeout_s)
        try:
            return _measured(task, chunks, queries, limits)
        except OSError as error:
            return Absent(name, f"{error.filename}: {error.strerror}: make peers")
        except subprocess.TimeoutExpired:
            return Absent(name, f"not done with {limits.chunks} chunks in {limits.timeout_s:g} s")
        except subprocess.CalledProcessError as error:
            return Absent(name, _complaint(error.stderr) or f"ended with {error.returncode}")


def _measured(task: _Task, chunks: Path, queries: Path, limits: Limits) -> Peer:
    (task.folder / WEIGHTS).symlink_to(task.kit.weights)
    built = _phase(task, "index", f"--chunks={chunks.absolute()}", f"--size={limits.chunks}")
    found = _phase(
        task,
        "search",
        f"--queries={queries.absolute()}",
        f"--timed={limits.queries}",
        f"--warm-up={limits.warm_up}",
        f"--began={time.monotonic()}",
    )
    disk_mb = _size(task.folder / "index") / 1e6
    return Peer(name=task.name, disk_mb=disk_mb, **built, **found)


def _phase(task: _Task, phase: str, *options: str) -> dict[str, Any]:
    out = task.folder / f"{phase}.json"
    places = (f"--folder={task.folder / 'index'}", f"--out={out}")
    subprocess.run(  # noqa: S603 - an interpreter that the caller names, without a shell
        [task.kit.python, "-m", f"{__name__}.{task.name}", phase, *places, *options],
        cwd=ROOT,
        env=ENVIRONMENT | {"HOME": str(task.folder)},
        timeout=max(0.0, task.deadline - time.monotonic()),
        check=True,
        capture_output=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return report


def _complaint(stderr: str) -> str:
    """The last line of a traceback, without what Python could not tidy up after it."""
    lines = stderr.partition("Exception ignored in")[0].splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _size(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
