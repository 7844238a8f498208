"""The store protocol: points, two ranked lists, and the conditions that every store understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.domain import Vector

Payload = Mapping[str, object]
"""What is stored with a point: JSON values under the keys of :mod:`kb.points`."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: distinct term ids, ascending, and their weights."""

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Point:
    """What a store keeps under one id, a number of 63 bits; without vectors it is never ranked."""

    id: int
    payload: Payload
    dense: Vector | None = None
    lexical: Sparse | None = None


class Scored(NamedTuple):
    """A ranked point; a tuple, for a search makes 128 of them."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """The value under ``key``, or one of its values, is one of ``any_of``."""

    key: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The number under ``key`` is above ``above`` and below ``below``, where they are given."""

    key: str
    above: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no value under ``key``, or an empty list."""

    key: str


@dataclass(frozen=True, slots=True)
class Nested:
    """One element of the list under ``key`` meets all conditions."""

    key: str
    all_of: tuple[Match | Range, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition is met."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition is met; none at all is met by every point."""

    conditions: tuple[Condition, ...] = ()


Condition = Match | Range | Absent | Nested | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class Lookup:
    """One query to a store: both sides, one filter."""

    dense: Vector
    lexical: Sparse
    where: AllOf
    limit: int
    """At most so many points a side."""
    exact: bool = False
    """Compare with every vector instead of walking the graph: slower, for checks."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A store's answer; scores descend, a side without a match is empty.

    Ties keep the store's order, which may change: order them by id before use.
    """

    dense: list[Scored]
    """By cosine similarity in [-1, 1]."""
    lexical: list[Scored]
    """By dot product of term weights, above 0."""


class Index(Protocol):
    """One generation of points. Safe to read from several threads; one writer at a time.

    Methods raise :class:`kb.errors.IndexUnavailable` when the store fails.
    """

    def ranked(self, lookup: Lookup) -> Ranked:
        """The best points of both sides."""

    def fetch(
        self, ids: Sequence[int], where: AllOf, fields: Sequence[str] | None
    ) -> dict[int, Payload]:
        """The asked payload keys, ``None`` = all, of those points that meet the conditions.

        To choose among keys takes an engine longer than a few more of them.
        """

    def vectors(self, ids: Sequence[int]) -> list[Point]:
        """Those points that exist, whole: payload and both vectors."""

    def scroll(self, where: AllOf, fields: Sequence[str]) -> Iterator[tuple[int, Payload]]:
        """Every point that meets the conditions, by id, with the asked payload keys."""

    def count(self, where: AllOf) -> int:
        """How many points meet the conditions, exactly."""

    def facet(self, key: str, where: AllOf) -> dict[str, int]:
        """How many points that meet the conditions hold each value of an indexed keyword key."""

    def upsert(self, points: Sequence[Point]) -> None:
        """Store points; one with a known id is replaced whole."""

    def relabel(self, payloads: Mapping[int, Payload]) -> None:
        """Replace the whole payload of known points; their vectors stay.

        An unknown id raises :class:`kb.errors.IndexUnavailable`.
        """

    def delete(self, ids: Sequence[int]) -> None:
        """Forget points; unknown ids are no error."""

    def close(self) -> None:
        """Give back files and connections; a second call does nothing."""


class Store(Protocol):
    """Where generations live, by name, and which of them is served."""

    @property
    def place(self) -> str:
        """Where it is, for messages: a folder or a URL without secrets."""

    def current(self) -> str | None:
        """The name of the served generation, ``None`` before the first."""

    def open(self, name: str) -> Index:
        """A generation for reading.

        An embedded one stays readable until closed, even when discarded; a server keeps the
        served one and the one before it.
        """

    def build(self, name: str, *, copy_of: str | None) -> Index:
        """A new generation to write, as a copy of another or empty; not served yet.

        A half-built generation of the same name is thrown away first; a served one is an error.
        To be called inside :meth:`writing`, as are :meth:`publish` and :meth:`discard`.
        """

    def publish(self, name: str, index: Index) -> None:
        """Make a built generation durable and fast, check it, close it and let it be served.

        The switch is atomic; on failure the served generation stays. Raises
        :class:`kb.errors.IndexDamaged` when filtered search misses what exact search finds.
        """

    def discard(self) -> list[str]:
        """Delete what is neither served nor read by anyone; return the names."""

    def writing(self) -> AbstractContextManager[None]:
        """Hold the store for one writer; raise :class:`kb.errors.IndexBusy` if another has it."""
