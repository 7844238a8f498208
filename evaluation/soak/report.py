"""What a run found, as a Markdown report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from evaluation.soak.faults import FaultFound
from evaluation.soak.kills import KillsFound
from evaluation.soak.load import LoadFound
from evaluation.soak.minutes import Minute
from evaluation.soak.promises import GROWTH, RECOVERY_S, STARTS_S, told

_MB = 1_000_000
_MANY = 10
"""Kills of which one at least must come before a reply."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where the figures come from."""

    command: str
    commit: str
    machine: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What the parts of a run found; one that was left out, or not yet done, is ``None``."""

    load: LoadFound | None = None
    kills: KillsFound | None = None
    faults: tuple[FaultFound, ...] = ()
    stopped: str = ""
    """Why the run ended before all parts were done; empty if it did not."""
    finished: bool = False
    """Whether all parts were done that are to be done."""


def report(run: Run, found: Findings) -> str:
    """All that was found; a part that was left out says so."""
    lines = [
        "# Soak and faults",
        "",
        "The service as a process of its own, over HTTP, while `fixpoint ingest` publishes.",
        "",
        f"- Command: `{run.command}`",
        f"- Commit: `{run.commit}`",
        f"- Machine: {run.machine}; the callers run on it too",
        "",
        *_verdict(broken(found), finished=found.finished),
        "",
        "## Load",
        "",
        *(_load(found.load) if found.load else ["Left out of this run."]),
        "",
        "## Kills",
        "",
        *(_kills(found.kills) if found.kills else ["Left out of this run."]),
        "",
        "## Faults",
        "",
        *_faults(found.faults),
    ]
    return "\n".join([*lines, ""])


def broken(found: Findings) -> list[str]:
    """Every broken promise, by the part that broke it."""
    parts: list[tuple[str, Mapping[str, int]]] = []
    parts += [("load", found.load.broken)] if found.load else []
    parts += [("kills", found.kills.broken)] if found.kills else []
    parts += [(each.name, each.broken) for each in found.faults]
    lines = [f"{name}: {line}" for name, kinds in parts for line in told(kinds)]
    lines += [*_idle(found)]
    return lines + ([f"the run ended early: {found.stopped}"] if found.stopped else [])


def _idle(found: Findings) -> Iterator[str]:
    """What proves nothing, for it was not put to the test."""
    if load := found.load:
        swaps = sum(each.swaps for each in load.minutes)
        seen = any(each.memory for each in load.minutes)
        done = {"outcomes": load.outcomes, "swaps": swaps, "looks at its memory": seen}
        yield from (f"load: no {name}" for name, number in done.items() if not number)
    if kills := found.kills:
        done = {"outcomes": kills.outcomes, "generations": kills.published}
        yield from (f"kills: no {name}" for name, number in done.items() if not number)
        if len(kills.starts_s) >= _MANY and not kills.in_flight:
            yield "kills: none came before a reply"


def _verdict(broken: Sequence[str], *, finished: bool) -> list[str]:
    if broken:
        return ["**Broken promises:**", "", *(f"- {line}" for line in broken)]
    return [
        "**Every promise held.**"
        if finished
        else "**Not finished.** So far, no promise was broken."
    ]


def _load(load: LoadFound) -> list[str]:
    requests = sum(each.requests for each in load.minutes)
    swaps = sum(each.swaps for each in load.minutes)
    return [
        f"{len(load.minutes)} minutes of searches (Chinese and English), outcomes and corrections "
        "by two visitors, an integration and an agent, as fast as they were answered, every reply "
        f"checked: {requests:,} requests, {load.outcomes:,} outcomes and corrections acknowledged, "
        f"{swaps} generations swapped in.",
        "",
        "Growth, median of the last quarter over that of the second: "
        f"resident {load.resident_growth:+.1%}, anonymous {load.anonymous_growth:+.1%} "
        f"(promised: at most {GROWTH:.0%}). Times are of searches.",
        "",
        "| minute | requests | swaps | RSS, MB | anonymous, MB | p50, ms | p99, ms |",
        "|---|---|---|---|---|---|---|",
        *(_minute(number, each) for number, each in enumerate(load.minutes, 1)),
    ]


def _minute(number: int, found: Minute) -> str:
    held = found.memory
    memory = (held.resident, held.anonymous) if held else ()
    cells = [f"{size / _MB:.0f}" for size in memory] or ["-", "-"]
    return (
        f"| {number} | {found.requests:,} | {found.swaps} | {' | '.join(cells)} | "
        f"{found.p50_ms:.1f} | {found.p99_ms:.1f} |"
    )


def _kills(kills: KillsFound) -> list[str]:
    return [
        f"`kill -9` {len(kills.starts_s)} times at random moments, while four callers reported "
        f"outcomes and ingest published {kills.published} generations: {kills.outcomes:,} outcomes "
        f"acknowledged and looked for after each start; {kills.in_flight} had no reply, were sent "
        "again under their idempotency keys and must be there once.",
        "",
        f"From a start to `/readyz`: median {median(kills.starts_s):.2f} s, "
        f"maximum {max(kills.starts_s):.2f} s (promised: at most {STARTS_S:.0f} s).",
    ]


def _faults(faults: Sequence[FaultFound]) -> list[str]:
    return [
        "A customer searches, an agent searches and reports, in turn. What is `not recorded` is "
        "answered in full, only the casebook does not hold it. After each fault every "
        "acknowledged outcome is looked for, and one more generation published. Recovery is from "
        "the end of the cause "
        f"to the last reply that was not whole (promised: at most {RECOVERY_S:.0f} s).",
        "",
        "| fault | what came back meanwhile | longest wait, s | recovery, s |",
        "|---|---|---|---|",
        *map(_fault, faults),
    ]


def _fault(found: FaultFound) -> str:
    if found.skipped:
        return f"| {found.name} | skipped: {found.skipped} | - | - |"
    came = ", ".join(f"{times} × {what}" for what, times in found.during.items())
    recovery = "never" if found.recovery_s is None else f"{found.recovery_s:.1f}"
    return f"| {found.name} | {came} | {found.slowest_s:.1f} | {recovery} |"
