"""The audit log: what writers and administrators did, and who tried to become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from kb.casebook.database import Database
from kb.casebook.tables import acts


class Deed(StrEnum):
    """What can be done that is written down."""

    KEY_CREATED = "key-created"
    KEY_REVOKED = "key-revoked"
    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGNED_OUT = "signed-out"
    OUTCOME_CORRECTED = "outcome-corrected"
    """Somebody else's; what one said oneself is in the case's history alone."""
    OUTCOME_RETRACTED = "outcome-retracted"
    """Likewise."""
    TEXTS_ERASED = "texts-erased"
    TEXTS_RETIRED = "texts-retired"
    ACTOR_FORGOTTEN = "actor-forgotten"
    BACKED_UP = "backed-up"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log."""

    at: datetime
    """UTC."""
    actor: str
    """As in a principal, ``cli:<user name>``, or ``fixpoint`` for what is done every day."""
    act: str
    """A :class:`Deed`, or the word of a later version."""
    object: str
    """What it was done to, such as the id of a key; empty for the actor itself."""
    details: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    """Place in the log, ascending; 0 before it is there."""


class AuditLog:
    """Reads the log and adds to it; only addresses that are too old are taken out of it."""

    def __init__(self, database: Database) -> None:
        """Keep the log in this database."""
        self._database = database

    def append(
        self,
        at: datetime,
        actor: str,
        act: Deed,
        object_: str = "",
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Write down one act, durably."""
        self._database.write(
            lambda connection: written(connection, Act(at, actor, act, object_, details or {}))
        )

    def page(self, *, before: int | None = None, limit: int) -> list[Act]:
        """At most so many acts, the latest first, only those of a number below ``before``."""
        rows = select(acts).order_by(acts.c.number.desc()).limit(limit)
        if before is not None:
            rows = rows.where(acts.c.number < before)
        return self._database.read(
            lambda connection: [
                Act(row.at, row.actor, row.act, row.object, row.details, row.number)
                for row in connection.execute(rows)
            ]
        )


def written(connection: Connection, act: Act) -> None:
    """Add to the log within the transaction of what is done: neither stands without the other."""
    connection.execute(
        insert(acts).values(
            at=act.at,
            actor=act.actor,
            act=str(act.act),
            object=act.object,
            details=dict(act.details),
        )
    )
