"""A number with its noun, in English."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``0 files``; ``many`` is given where it is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
