"""What ranking reached when it was last recorded, and whether it fell since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from evaluation.comparison import compared
from kb.errors import KbError

BASELINE = Path(__file__).with_name("baseline.json")
ALIKE = 0.05
"""A fall whose p (that of a fall, not of any difference) is no lower may be chance …"""
EXCUSED = 0.02
"""… unless the mean falls by more: with few queries hardly any fall is sure."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What ranking reached, and on what."""

    queries: str
    """Digest of the texts and grades of the queries."""
    articles: str
    """Digest of the ids of the articles; what they say may change: that is what is compared."""
    encoder: str
    """Fingerprint."""
    ndcg: Mapping[str, float]
    """nDCG@10 of one side, by query id."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What fused search reached when it was last recorded."""

    why: str
    """The reason for moving it, a sentence."""
    commit: str
    reached: Reached


def verdict(baseline: Baseline, now: Reached) -> str:
    """What is wrong with a ranking, empty if nothing is.

    It is wrong to fall below the baseline by more than a paired randomisation test excuses, or by
    more than :data:`EXCUSED`; and to be measured on queries or a choice of articles other than the
    baseline's, since nothing can be compared then. What articles say may differ, and so may the
    encoder, which the message tells.
    """
    other = _incomparable(baseline.reached, now)
    if other:
        return f"{other}: record the baseline anew (--record) and say why"
    found = compared(baseline.reached.ndcg, now.ndcg)
    if found.difference >= 0 or (found.p_worse >= ALIKE and found.difference >= -EXCUSED):
        return ""
    lost = ", ".join(f"{id_} {change:+.2f}" for id_, change in list(found.changes.items())[:5])
    return (
        f"nDCG@10 fell from {found.before:.3f} to {found.after:.3f} (p = {found.p_worse:.4f}), "
        f"most at {lost}, below {told(baseline, now)}: mend the ranking, or record the baseline "
        "anew and say why"
    )


def told(baseline: Baseline, now: Reached) -> str:
    """The baseline in words: whether another encoder reached it."""
    before = baseline.reached.encoder
    if before == now.encoder:
        return "the baseline"
    return f"the baseline, which another encoder reached ({before}, now it is {now.encoder})"


def _incomparable(before: Reached, now: Reached) -> str:
    """Why two runs cannot be compared; empty if they can."""
    other = sorted(before.ndcg.keys() ^ now.ndcg.keys())
    if other:
        return f"other queries than the baseline's, such as {other[0]!r}"
    if before.queries != now.queries:
        return "queries with other texts or grades than the baseline's"
    return "other articles than the baseline's" if before.articles != now.articles else ""


def read(path: Path = BASELINE) -> Baseline:
    """The recorded baseline; raises :class:`kb.errors.KbError` that names the file."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return Baseline(content["why"], content["commit"], Reached(**content["reached"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KbError(f"no baseline in {path}: {error}; record one (--record)") from error


def write(baseline: Baseline, path: Path = BASELINE) -> None:
    """Record a baseline, a line a query."""
    content = json.dumps(asdict(baseline), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{content}\n", "utf-8")
