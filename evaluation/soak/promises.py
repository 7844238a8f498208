"""What the product promises, and which of it was broken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from kb.errors import KbError

STARTS_S = 5.0
"""A killed service answers searches again within so long."""
GROWTH = 0.05
"""Memory under load stays within this share of itself."""
RECOVERY_S = 30.0
"""When the cause of a failure is gone, everything works again within so long."""


class Broken(KbError):
    """A promise that was broken so badly that its part of the run cannot go on."""


def told(broken: Mapping[str, int]) -> list[str]:
    """One line for each kind of broken promise, the most frequent first; ties keep first seen."""
    ordered = sorted(broken.items(), key=lambda each: -each[1])
    return [f"{times} times: {what}" if times > 1 else what for what, times in ordered if times]


def tracebacks(log: Iterable[str]) -> Counter[str]:
    """The errors that nobody foresaw, by the last line of their traceback.

    A line of the log is a JSON object, or what Python itself wrote before it ended.
    """
    found = (_exception(line) for line in log)
    return Counter(f"the log has a traceback: {each}" for each in found if each)


def _exception(line: str) -> str:
    try:
        entry = json.loads(line)
        said = str(entry.get("exception") or entry.get("message"))
    except (ValueError, AttributeError):
        said = line
    return said.strip().splitlines()[-1] if "Traceback (most recent call last)" in said else ""
