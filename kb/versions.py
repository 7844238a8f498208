"""Version texts -> half-open intervals of whole numbers, which every store can compare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import Final

from kb.domain import Versions

ANY_HIGH: Final = 10**15
"""Above every version: the end of an open interval, far inside 64-bit integers."""
ANY: Final = Versions(0, ANY_HIGH)
"""Every version there is."""
_SCALES: Final = (1_000_000, 1_000, 1)
_PART_LIMIT: Final = 1_000
_PAST: Final = {
    f">={_PART_LIMIT}": f">{_PART_LIMIT - 1}",
    f"<{_PART_LIMIT}": f"<={_PART_LIMIT - 1}",
}
"""How an end above every first part is written, which no version can name."""
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,2}")
_TERM: Final = re.compile(r"(>=|<=|==|=|>|<|)\s*([^\s<>=,]+)")


def number(text: str) -> int:
    """``18.1.2`` -> 18_001_002; missing parts are 0.

    Raises:
        ValueError: not one to three dot-separated numbers below 1000.
    """
    return sum(part * scale for part, scale in zip(_parts(text), _SCALES, strict=False))


def interval(text: str) -> Versions:
    """All versions that a typed version names: ``18`` is [18.0, 19.0), ``18.1`` is [18.1, 18.2)."""
    low = number(text)
    return Versions(low, low + _SCALES[text.count(".")])


def covers(wide: str, narrow: str) -> bool:
    """Whether a typed version lies in another: 13.2 in 13, whatever in an empty text.

    Raises:
        ValueError: one of them is no version.
    """
    outer, inner = interval(wide) if wide else ANY, interval(narrow)
    return outer.low <= inner.low and inner.high <= outer.high


def ranges(text: str) -> tuple[Versions, ...]:
    """The versions that a range such as ``>=12, <19``, ``18.1`` or ``any`` allows; any = none.

    Conditions hold together; ``<=18`` includes 18.7 and ``>18`` begins at 19.

    Raises:
        ValueError: empty, not a range, or a range that holds no version.
    """
    stripped = text.strip()
    if stripped.casefold() in {"any", "*"}:
        return ()
    if not stripped or _TERM.sub("", stripped).strip(" ,"):
        raise ValueError(f"{text!r} is no version range: write 18, 18.1, '>=12, <19' or any")
    low, high = ANY.low, ANY.high
    for operator, version in _TERM.findall(stripped):
        allowed = _allowed(operator, interval(version))
        low, high = max(low, allowed.low), min(high, allowed.high)
    if low >= high:
        raise ValueError(f"no version is in {text!r}: is an operator the wrong way round?")
    return (Versions(low, high),)


def union(texts: Iterable[str]) -> tuple[Versions, ...]:
    """The union of several ranges, ascending and merged; empty = any version."""
    found = [ranges(text) for text in texts]
    if not all(found):
        return ()
    merged: list[Versions] = []
    for part in sorted(chain.from_iterable(found), key=lambda part: part.low):
        if merged and part.low <= merged[-1].high:
            merged[-1] = Versions(merged[-1].low, max(merged[-1].high, part.high))
        else:
            merged.append(part)
    return () if merged == [ANY] else tuple(merged)


def text(found: Versions) -> str:
    """A range that :func:`ranges` reads as this interval, such as ``>=12, <19``."""
    low = f">={_written(found.low)}" if found.low > ANY.low else ""
    high = f"<{_written(found.high)}" if found.high < ANY_HIGH else ""
    ends = (_PAST.get(end, end) for end in (low, high))
    return ", ".join(filter(None, ends)) or "any"


def _written(version: int) -> str:
    """The shortest text that :func:`number` reads as this version."""
    major, rest = divmod(version, _SCALES[0])
    parts = (major, *divmod(rest, _SCALES[1]))
    return ".".join(map(str, parts)).removesuffix(".0").removesuffix(".0")


def _parts(text: str) -> list[int]:
    if not _NUMBER.fullmatch(text):
        raise ValueError(
            f"{text!r} is no version: write one to three numbers, such as 18 or 18.1.2"
        )
    parts = [int(part) for part in text.split(".")]
    if max(parts) >= _PART_LIMIT:
        raise ValueError(f"version {text!r} has a part above {_PART_LIMIT - 1}")
    return parts


def _allowed(operator: str, named: Versions) -> Versions:
    match operator:
        case ">=":
            return Versions(named.low, ANY_HIGH)
        case ">":
            return Versions(named.high, ANY_HIGH)
        case "<":
            return Versions(0, named.low)
        case "<=":
            return Versions(0, named.high)
        case _:
            return named
