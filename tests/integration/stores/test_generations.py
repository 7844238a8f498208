"""Generations: how every store builds, copies, serves and discards them."""

from __future__ import annotations

import os

import pytest

from kb.errors import IndexBusy, KbError
from kb.index import Index, Point, Ranked, Store
from tests.integration.stored import EVERYTHING, LOCAL_WARNINGS, POINTS, QUERY, Writer, ordered

pytestmark = LOCAL_WARNINGS


def _publish(store: Store, name: str, *points: Point) -> None:
    index = store.build(name, copy_of=store.current())
    index.upsert(points)
    store.publish(name, index)


def test_nothing_is_served_before_the_first_generation(store: Store) -> None:
    assert store.current() is None
    with pytest.raises(KbError, match="fixpoint ingest"):
        store.open("g-1")


def test_a_published_generation_is_served_and_answers_as_it_did_while_written(
    store: Store, index: Index
) -> None:
    before = index.ranked(QUERY)

    store.publish("g-1", index)

    assert store.current() == "g-1"
    opened = store.open("g-1")
    assert ordered(opened.ranked(QUERY).dense) == ordered(before.dense)
    assert ordered(opened.ranked(QUERY).lexical) == ordered(before.lexical)
    assert opened.count(EVERYTHING) == len(POINTS)
    opened.close()
    opened.close()


def test_a_copy_has_all_points_and_leaves_its_source_alone(store: Store, index: Index) -> None:
    store.publish("g-1", index)

    copy = store.build("g-2", copy_of="g-1")
    assert ordered(copy.ranked(QUERY).dense) == ordered(_opened(store, "g-1").dense)
    copy.delete([point.id for point in POINTS[:400]])
    copy.relabel({POINTS[450].id: {"lang": "en"}})
    assert store.current() == "g-1"
    store.publish("g-2", copy)

    for name, count in (("g-1", len(POINTS)), ("g-2", len(POINTS) - 400)):
        opened = store.open(name)
        assert opened.count(EVERYTHING) == count
        opened.close()
    assert store.current() == "g-2"


def _opened(store: Store, name: str) -> Ranked:
    index = store.open(name)
    ranked = index.ranked(QUERY)
    index.close()
    return ranked


def test_half_built_generations_of_the_same_name_are_thrown_away(store: Store) -> None:
    with store.writing():
        store.build("g-1", copy_of=None).upsert(POINTS[:50])
        index = store.build("g-1", copy_of=None)

        assert index.count(EVERYTHING) == 0
        index.close()


def test_a_served_generation_is_never_built_over(store: Store) -> None:
    with store.writing():
        _publish(store, "g-1", POINTS[0])

        with pytest.raises(KbError, match="another name"):
            store.build("g-1", copy_of=None)
    assert store.current() == "g-1"


def test_old_generations_are_discarded_and_the_served_one_stays(store: Store) -> None:
    with store.writing():
        for number, point in enumerate(POINTS[:3], start=1):
            _publish(store, f"g-{number}", point)

        assert "g-1" in store.discard()
        assert store.discard() == []
    opened = store.open("g-3")
    assert opened.count(EVERYTHING) == 3
    opened.close()
    with pytest.raises(KbError):
        store.open("g-1")


def test_an_open_generation_stays_readable_when_the_next_is_published(store: Store) -> None:
    with store.writing():
        _publish(store, "g-1", *POINTS[:20])
        reader = store.open("g-1")
        _publish(store, "g-2", POINTS[20])
        store.discard()

        assert reader.count(EVERYTHING) == 20
        assert len(reader.ranked(QUERY).dense) == 20
        reader.close()


def test_only_one_writer_holds_a_store(writer: Writer) -> None:
    first = writer().writing()
    with first, pytest.raises(IndexBusy, match=str(os.getpid())), writer().writing():
        pass
    with writer().writing():
        pass


def test_messages_name_the_place(store: Store) -> None:
    with pytest.raises(KbError) as raised:
        store.open("missing")

    assert store.place in str(raised.value)
