"""What points are, who may see them and where they apply, as a store's conditions."""

from __future__ import annotations

from itertools import product

from kb.domain import Audience, Confidence, Environment, System, Visibility
from kb.index import Absent, AllOf, AnyOf, Condition, Match, Nested, Range
from kb.versions import ANY

CHUNK, ARTICLE, SOURCE, BLOB = "chunk", "article", "source", "blob"
"""Values of the key ``record``: what a point is."""


def is_(record_kind: str) -> Match:
    """Points of one kind: :data:`CHUNK`, :data:`ARTICLE`, :data:`SOURCE` or :data:`BLOB`."""
    return Match("record", (record_kind,))


def visible(visibility: Visibility, *kinds: str) -> Match:
    """What a principal may see of the points of some kinds.

    One condition on one key: a store then looks at each point once instead of three times.
    """
    shelves = product(kinds, visibility.audiences, visibility.confidences)
    return Match("shelf", tuple(sorted(shelf(*each) for each in shelves)))


def applicable(stated: Environment) -> tuple[Condition, ...]:
    """Chunks that apply to all that was stated; an article that says nothing of it applies."""
    named = (("products", stated.products), ("hosts", stated.hosts), ("apps", stated.apps))
    lists = [AnyOf((Absent(key), Match(key, values))) for key, values in named if values]
    systems = [_on(system) for system in stated.systems]
    return (*lists, *((AnyOf((Absent("systems"), *systems)),) if systems else ()))


def searchable(visibility: Visibility, stated: Environment) -> AllOf:
    """The filter of every search."""
    return AllOf((visible(visibility, CHUNK), *applicable(stated)))


def shelf(record_kind: str, audience: Audience, confidence: Confidence) -> str:
    """Value of the key ``shelf``: all that decides who may see a point."""
    return f"{record_kind}/{audience}/{confidence}"


def _on(system: System) -> AnyOf:
    intervals = system.versions or (ANY,)
    return AnyOf(
        tuple(
            Nested(
                "versions",
                (
                    Match("system", (system.key,)),
                    Range("low", below=interval.high),
                    Range("high", above=interval.low),
                ),
            )
            for interval in intervals
        )
    )
