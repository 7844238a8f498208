"""What is said again under the same key is said once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Generic, TypeVar, cast

from sqlalchemy import Connection, insert, select

from kb.casebook import rows
from kb.casebook.tables import entries, replies
from kb.cases import Entry, Outcome, Reopening, Retraction
from kb.domain import Principal
from kb.errors import KeyReused

_E = TypeVar("_E", Outcome, Retraction, Reopening)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who speaks, and when."""

    principal: Principal
    at: datetime
    """UTC."""
    key: str | None = None
    """Idempotency key: what is said again under it is said once."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[_E]):
    """An entry that the casebook has, under its number."""

    number: int
    entry: _E


def once(
    connection: Connection,
    caller: Caller,
    request: tuple[object, ...],
    made: Callable[[], _E | Kept[_E]],
) -> _E:
    """What the same request under the same key led to before, else what is made now.

    That is appended unless it is :class:`Kept` already. ``request`` is made of what JSON has, and
    of dataclasses of that. Raises :class:`KeyReused`.
    """
    if caller.key is None:
        return _kept(connection, made()).entry
    found = before(connection, caller, request)
    if found is not None:
        return cast(_E, found)
    kept = _kept(connection, made())
    values = {
        "actor": caller.principal.actor,
        "key": caller.key,
        "at": caller.at,
        "request": _digest(request),
        "entry": kept.number,
    }
    connection.execute(insert(replies).values(values))
    return kept.entry


def before(connection: Connection, caller: Caller, request: tuple[object, ...]) -> Entry | None:
    """What the same request under the same key led to; ``None`` without one. Raises as above."""
    query = select(replies.c.request, replies.c.entry)
    found = connection.execute(
        query.filter_by(actor=caller.principal.actor, key=caller.key)
    ).first()
    if found is None:
        return None
    if found.request != _digest(request):
        raise KeyReused(
            f"the key {caller.key!r} was used for another request: use a new one for each"
        )
    return rows.entry(connection.execute(select(entries).filter_by(number=found.entry)).one())


def _kept(connection: Connection, made: _E | Kept[_E]) -> Kept[_E]:
    if isinstance(made, Kept):
        return made
    statement = insert(entries).values(rows.entry_values(made)).returning(entries.c.number)
    return Kept(connection.execute(statement).scalar_one(), made)


def _digest(request: tuple[object, ...]) -> str:
    text = json.dumps(request, default=asdict, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()
