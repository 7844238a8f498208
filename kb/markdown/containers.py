"""Lines that begin with colons: ``::: internal`` hides what follows up to its ``:::``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kb.suggestion import near

_NAMES: Final = ("internal", "内部", "內部")
_SLIP: Final = re.compile(
    r"^[\s>*+\u200b\ufeff-]*[:：]{2,}[\s{.:：]*(?:internal|内部|內部)|^\s*：{3,}\s*$",
    re.MULTILINE | re.IGNORECASE,
)


class FenceKind(StrEnum):
    """What a line of colons does."""

    INTERNAL = "internal"
    OPEN = "open"
    """Opens another tool's container, which only wraps."""
    CLOSE = "close"
    END = "end"
    """Closes another tool's container by name, as ``::: zone-end``."""
    DIRECTIVE = "directive"
    """Stands alone, as ``:::image source="a.png":::``."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A line of colons."""

    kind: FenceKind
    colons: int
    rest: str = ""
    """Words behind ``internal``: they belong to what is hidden."""


def fence(line: str) -> Fence:
    """Read a line that begins with three colons or more.

    Raises:
        ValueError: the name is nearly ``internal``: a slip must not publish.
    """
    colons = len(line) - len(line.lstrip(":"))
    words = line[colons:].strip()
    if not words.strip(":"):
        return Fence(FenceKind.CLOSE, colons)
    name, _, rest = words.replace("}", " ").partition(" ")
    bare = name.strip("{.:\"'").casefold()
    if bare in _NAMES:
        return Fence(FenceKind.INTERNAL, colons, rest.strip())
    if near(bare, _NAMES) or bare.startswith(_NAMES):
        raise ValueError(f"{line[:60]!r} is nearly a hidden block: write '::: internal'")
    if words.endswith(":"):
        return Fence(FenceKind.DIRECTIVE, colons)
    return Fence(FenceKind.END if bare.endswith("-end") else FenceKind.OPEN, colons)


def slip(text: str) -> int | None:
    """Which line of ordinary text, from 0, was meant to hide something but does not."""
    match = _SLIP.search(text)
    return text.count("\n", 0, match.start()) if match else None
