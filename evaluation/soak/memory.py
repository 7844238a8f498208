"""How much memory a process holds, and whether it grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event
from time import monotonic

from evaluation.soak.promises import Broken

EVERY_S = 2.0
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process held at one moment, in bytes."""

    at_s: float
    """On the clock of :func:`time.monotonic`."""
    resident: int
    """With the pages of files that the system may take back at any time."""
    anonymous: int
    """What is the process's own."""


def parsed(rollup: str, *, at_s: float) -> Memory:
    """The text of ``/proc/<pid>/smaps_rollup``; the kernel states kibibytes."""
    rows = {name: value for name, value, *_ in map(str.split, rollup.splitlines())}
    resident, anonymous = (int(rows[name]) * 1024 for name in ("Rss:", "Anonymous:"))
    return Memory(at_s, resident, anonymous)


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at a process's memory every :data:`EVERY_S` seconds."""

    pid: int
    seen: list[Memory] = field(default_factory=list)

    def __call__(self, stop: Event) -> None:
        """Look until stopped; raises :class:`Broken` when the process has ended."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup")
        while not stop.wait(EVERY_S):
            try:
                self.seen.append(parsed(rollup.read_text("ascii"), at_s=monotonic()))
            except (OSError, KeyError) as error:
                raise Broken(f"process {self.pid} has ended by itself") from error


def growth(seen: Sequence[Memory], held: Callable[[Memory], int]) -> float:
    """Median of the last quarter over the median of the second, less 1; 0 under four samples.

    The first quarter warms up.
    """
    quarter = len(seen) // _QUARTERS
    if not quarter:
        return 0.0
    second, last = seen[quarter : 2 * quarter], seen[-quarter:]
    return median(map(held, last)) / median(map(held, second)) - 1
