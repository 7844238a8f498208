"""The casebook's tables: times are UTC microseconds, structures are JSON with sorted keys."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware time as microseconds since 1970: equal and ordered alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> int | None:
        """To the database; a naive time is a ``TypeError``."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _: Dialect) -> datetime | None:
        """From the database, in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Json(TypeDecorator[Any]):
    """A JSON value as text that is the same for equal values."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, _: Dialect) -> str | None:
        """To the database; ``None`` is no value, not JSON's null."""
        return (
            None
            if value is None
            else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        )

    def process_result_value(self, value: str | None, _: Dialect) -> object:
        """From the database."""
        return None if value is None else json.loads(value)


metadata = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Counts up by itself in both databases."""

searches = Table(
    "searches",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("case_id", String, index=True),
    Column("symptom", Text),
    Column("environment", Json, nullable=False),
    Column("lang", String, nullable=False),
    Column("generation", String, nullable=False),
    Column("fit", String, nullable=False),
    Column("matched", Boolean, nullable=False),
    Column("best", Double),
    Column("shown", Json, nullable=False),
)
"""``best`` is the score of the first solution shown, to find weak answers without reading all."""
cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
)
"""``number`` is what the actor calls it, see :mod:`kb.casebook.numbers`."""
entries = Table(
    "entries",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("case_id", String, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("id", String, unique=True),
    Column("target", String, index=True),
    Column("solution", String, index=True),
    Column("verdict", String),
    Column("source", String),
    Column("search_id", String, index=True),
    Column("resolution", String),
    Column("tried", Integer),
    Column("note", Text),
    Column("symptom", Text),
    Column("environment", Json),
)
"""Outcomes, retractions and reopenings in the order they were said; ``target`` is the outcome that
one corrects or retracts, ``tried`` its place in the order of trials."""
replies = Table(
    "replies",
    metadata,
    Column("actor", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("request", String, nullable=False),
    Column("entry", BigInteger, nullable=False),
)
"""The number of the entry that answers a request under an idempotency key, and the request's hash.
"""
keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("name", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("digest", String, nullable=False, unique=True),
    Column("revoked_at", Instant),
)
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("key_id", String, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
acts = Table(
    "acts",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("object", String, nullable=False),
    Column("details", Json, nullable=False),
)
"""Audit log: what writers and administrators did."""
secrets = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
"""Random keys that every replica signs cookies with."""
