"""Case numbers as people type them."""

from __future__ import annotations

import re
import unicodedata

from search_api.schemas.wire import CASE_PATTERN

_INTRODUCED = re.compile(
    r"(?:(?:工单|案件|问题)?(?:编号|号码?)|工单|案件|(?:case|ticket)(?:\s+(?:number|no\.?))?(?=[\s:]))"
    r"[\s:]*(.+)",
    re.IGNORECASE,
)
"""A number behind what people call it: ``工单 1``, ``Case number: CRM-1``."""


def spelt(typed: str) -> str:
    """A typed case number as it is kept; what cannot be one stays as it was typed.

    Full-width signs are folded, what introduces the number is left out, and its words are joined
    by hyphens.
    """
    folded = unicodedata.normalize("NFKC", typed).strip()
    introduced = _INTRODUCED.fullmatch(folded)
    joined = "-".join((introduced[1] if introduced else folded).split())
    return joined if fits(joined) else typed.strip()


def fits(number: str) -> bool:
    """Whether a text can be a case number, see :data:`search_api.schemas.wire.CASE_PATTERN`."""
    return re.fullmatch(CASE_PATTERN, number) is not None
