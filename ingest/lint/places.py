"""Places in a text -> the lines that they are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def lines(text: str, places: Iterable[int]) -> Iterator[int]:
    """The line, from 0, of each place; places ascend. Time grows with the text alone."""
    line = counted = 0
    for place in places:
        line += text.count("\n", counted, place)
        counted = place
        yield line
