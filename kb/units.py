"""Words right behind a number that say what it counts or measures."""

from __future__ import annotations

from typing import Final

COUNTED: Final = (
    r"\s?(?:次|遍|个(?![别人])|天(?![气天])|小时|分钟|周(?!末)|年|元|块|%"
    r"|(?:times?|minutes?|hours?|days?|weeks?|months?|years?|dollars?)(?![a-z]))"
)
"""A pattern for folded, caseless text; the characters after some keep longer words out (天气)."""
