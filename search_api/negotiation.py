"""Which of the offered forms a request prefers."""

from __future__ import annotations

from collections.abc import Sequence


def preferred(header: str, offers: Sequence[str]) -> str:
    """The offer that an ``Accept`` or ``Accept-Language`` header likes best.

    ``*``, ``text/*`` and language ranges such as ``zh-TW`` (for the offer ``zh``) are understood.
    Ties keep the order of the offers; when nothing fits, the first offer is the answer, as
    RFC 9110 (12.5.1, 12.5.4) allows.
    """
    ranges = dict(map(_weighted, header.lower().split(",")[:_MAX_RANGES]))
    return max(offers, key=lambda offer: _weight(offer, ranges))


_MAX_RANGES = 50
"""A longer header is no browser's."""


def _weighted(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    weights = [_number(p.removeprefix("q=")) for p in parameters if p.startswith("q=")]
    return name, weights[0] if weights else 1.0


def _number(text: str) -> float:
    whole, _, fraction = text.partition(".")
    valid = whole in {"0", "1"} and (not fraction or (fraction.isdecimal() and fraction.isascii()))
    return min(float(text), 1.0) if valid else 0.0


def _weight(offer: str, ranges: dict[str, float]) -> float:
    """Weight of the most specific range that covers the offer; 0 when none does."""
    close = [w for name, w in ranges.items() if name == offer or name.startswith(f"{offer}-")]
    wide = (f"{offer.partition('/')[0]}/*", "*/*", "*")
    return max(close) if close else next((ranges[name] for name in wide if name in ranges), 0.0)
