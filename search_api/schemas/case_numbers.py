"""Case numbers as people type them."""

from __future__ import annotations

import re
import unicodedata

from search_api.schemas.wire import CASE_PATTERN

_INTRODUCED = re.compile(
    r"(?:(?:工单|案件|问题)?(?:编号|单号|号码?)|工单|案件"
    r"|(?:case|ticket)(?:\s+no\.|(?:\s+(?:number|no))?(?=[\s:])))[\s:]*(.+)",
    re.IGNORECASE,
)
"""A number behind what people call it: ``工单 1``, ``Case number: CRM-1``, ``Ticket No.7``."""
_LONGEST = 128
"""Characters that a number can have with what introduces it, and all that the page's field takes.

The pattern above takes time that grows with the square of a text's length.
"""


def spelt(typed: str) -> str:
    """A typed case number as it is kept; what cannot be one stays as it was typed.

    Full-width signs are folded, what introduces the number is left out, and its words are joined
    by hyphens. A text of over 128 characters is none.
    """
    if len(typed) > _LONGEST:
        return typed.strip()
    folded = unicodedata.normalize("NFKC", typed).strip()
    introduced = _INTRODUCED.fullmatch(folded)
    joined = "-".join((introduced[1] if introduced else folded).split())
    return joined if fits(joined) else typed.strip()


def fits(number: str) -> bool:
    """Whether a text can be a case number, see :data:`search_api.schemas.wire.CASE_PATTERN`."""
    return re.fullmatch(CASE_PATTERN, number) is not None
