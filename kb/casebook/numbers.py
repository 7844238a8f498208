"""Case numbers: each key has its own, so that nobody gets into another's case by naming it.

What a key without staff's rights calls ``CRM-1`` has the id ``CRM-1@key:mzxw6ytb``: that is how
staff sees it. The numbers of staff, and those that we make, are ids as they stand.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import Connection, insert, select

from kb.casebook.tables import cases
from kb.cases import CaseId
from kb.domain import Principal
from kb.errors import UnknownCase

SEVERAL = 10
"""At most so many cases of one number are named to who must choose."""


def meant(connection: Connection, number: CaseId, principal: Principal) -> CaseId | None:
    """The id of the case that a principal calls so, opened or not; ``None`` if it may name none.

    Staff means the case of exactly that id, else the only one of that number. Raises
    :class:`kb.errors.UnknownCase` where several keys have that number.
    """
    for id_ in dict.fromkeys((number, as_ours(number))):
        owner = owner_of(connection, id_)
        if owner is not None and (principal.staff or owner == principal.actor):
            return id_
    if principal.staff:
        return only(number, _of_number(connection, number))
    return CaseId(f"{number}@{principal.actor}") if principal.known else None


def only(number: CaseId, ids: list[CaseId]) -> CaseId:
    """The one of those ids, the number itself without any; raises for several."""
    if len(ids) > 1:
        which = ", ".join(ids)
        raise UnknownCase(f"several keys have a case {number!r}: say which, {which}", ids=(*ids,))
    return ids[0] if ids else number


def owner_of(connection: Connection, case: CaseId) -> str | None:
    """The actor that a case was opened for, ``None`` before it was."""
    return connection.execute(select(cases.c.actor).filter_by(id=case)).scalar()


def opened(connection: Connection, actor: str, at: datetime, case: CaseId | None = None) -> CaseId:
    """A new case of that id, or of a number of ours."""
    case = case or case_number(secrets.randbits(40))
    row = {"id": case, "number": _number(case), "at": at, "actor": actor}
    connection.execute(insert(cases).values(row))
    return case


def as_called(case: CaseId, principal: Principal) -> CaseId:
    """What a principal calls a case: only staff is told whose it is."""
    return case if principal.staff else _number(case)


def case_number(chance: int) -> CaseId:
    """A number for a case of ours, to be read aloud: ``C-7K3M-9QXW`` of 40 random bits.

    Source: Crockford's Base32, https://www.crockford.com/base32.html.
    """
    digits = "".join(_CROCKFORD[chance >> shift & 31] for shift in range(35, -1, -5))
    return CaseId(f"C-{digits[:4]}-{digits[4:]}")


def as_ours(number: CaseId) -> CaseId:
    """A number of ours as we write it, whatever its case, hyphens and look-alikes (O, I, L).

    Any other number stays as it is.
    """
    found = _OURS.fullmatch(number.upper().translate(_LOOK_ALIKES))
    return CaseId(f"C-{found[1]}-{found[2]}") if found else number


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("OIL", "011")
_OURS = re.compile(rf"C-?([{_CROCKFORD}]{{4}})-?([{_CROCKFORD}]{{4}})")


def _number(case: CaseId) -> CaseId:
    return CaseId(case.rpartition("@")[0] or case)


def _of_number(connection: Connection, number: CaseId) -> list[CaseId]:
    query = select(cases.c.id).where(cases.c.number == number).order_by(cases.c.id)
    return [CaseId(each) for each in connection.scalars(query.limit(SEVERAL))]
