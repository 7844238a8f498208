"""Keys and the audit log over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from kb.casebook.acts import Act
from kb.casebook.erasure import Erased
from kb.casebook.keyring import NewKey
from kb.domain import Scope
from kb.identity import NAME_CHARACTERS, Key
from search_api.schemas.wire import Wire

_KEY: JsonDict = {
    "id": "mzxw6ytb",
    "name": "chat integration",
    "scope": "search",
    "created_at": "2026-03-02T09:15:00.123456Z",
}
"""An example."""
_REVOKED = "2026-06-30T17:00:00.000001Z"


class KeyIn(Wire):
    """A key to make."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=NAME_CHARACTERS, description="Who uses the key, one line."),
    ]
    scope: Annotated[
        Scope,
        Field(strict=False, description="`admin` may do everything, the others may search too."),
    ]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "chat integration", "scope": "search"}]}
    )


class KeyOut(BaseModel):
    """A key, without what only its owner knows."""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    revoked_at: Annotated[datetime | None, Field(description="Null while it is good.")]

    model_config = ConfigDict(json_schema_extra={"examples": [{**_KEY, "revoked_at": _REVOKED}]})

    @classmethod
    def of(cls, key: Key) -> KeyOut:
        """A key of the core."""
        return cls(
            id=key.id, name=key.name, scope=key.scope, created_at=key.at, revoked_at=key.revoked_at
        )


class NewKeyOut(BaseModel):
    """A new key."""

    id: str
    name: str
    scope: Scope
    created_at: datetime
    key: Annotated[str, Field(description="For `Authorization: Bearer …`; this is told only once.")]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_KEY, "key": f"fxp_mzxw6ytb_{'A' * 43}"}]}
    )

    @classmethod
    def of(cls, new: NewKey) -> NewKeyOut:
        """A new key of the core."""
        return cls(
            id=new.key.id,
            name=new.key.name,
            scope=new.key.scope,
            created_at=new.key.at,
            key=new.text,
        )


class KeysOut(BaseModel):
    """All keys, oldest first."""

    keys: list[KeyOut]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"keys": [{**_KEY, "revoked_at": _REVOKED}]}]}
    )


class ActOut(BaseModel):
    """What somebody did."""

    at: datetime
    actor: Annotated[str, Field(examples=["key:mzxw6ytb", "cli:root"])]
    act: Annotated[str, Field(examples=["key-created", "signed-in"])]
    object: Annotated[str, Field(description="What it was done to; empty for the actor itself.")]
    details: dict[str, str]

    @classmethod
    def of(cls, act: Act) -> ActOut:
        """A line of the log."""
        return cls(
            at=act.at, actor=act.actor, act=act.act, object=act.object, details=dict(act.details)
        )


class ActsOut(BaseModel):
    """A page of the audit log, the latest first."""

    acts: list[ActOut]
    next: Annotated[int | None, Field(description="For `before`; null on the last page.")]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "acts": [
                        {
                            "at": "2026-03-02T09:15:00.123456Z",
                            "actor": "cli:root",
                            "act": "key-created",
                            "object": "mzxw6ytb",
                            "details": {"name": "chat integration", "scope": "search"},
                        }
                    ],
                    "next": 4711,
                }
            ]
        }
    )

    @classmethod
    def of(cls, acts: Sequence[Act], limit: int) -> ActsOut:
        """At most ``limit`` acts, of one more than that if there are more."""
        shown = acts[:limit]
        return cls(
            acts=[ActOut.of(act) for act in shown],
            next=shown[-1].number if len(acts) > limit else None,
        )


class ForgottenOut(BaseModel):
    """What somebody typed is gone; verdicts stay."""

    object: Annotated[str, Field(description="Id of a search, or an actor.")]
    texts: Annotated[int, Field(description="Searches and outcomes that lost a text.")]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"object": "key:mzxw6ytb", "texts": 3}]}
    )

    @classmethod
    def of(cls, erased: Erased) -> ForgottenOut:
        """What the core erased."""
        return cls(object=erased.object, texts=erased.texts)
