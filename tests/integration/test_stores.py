"""One suite for every store: what it promises holds for all, with the same answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from qdrant_client import QdrantClient

from kb.errors import IndexBusy, IndexUnavailable, KbError
from kb.index import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Index,
    Lookup,
    Match,
    Nested,
    Point,
    Range,
    Ranked,
    Scored,
    Sparse,
    Store,
)
from kb.index_edge import EdgeStore
from kb.index_server import ServerStore, connect
from kb.names import number

pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

DIMENSIONS = 16
COUNT = 500
SYSTEMS = ("ios", "macos", "windows")
TEXTS = ("更新到一半报错 4013", "打印机脱机，无法打印", "The screen stays black", "Wi-Fi drops")
UNKNOWN = number("nobody")
NO_TERMS = Sparse(np.empty(0, np.uint32), np.empty(0, np.float32))
EVERYTHING = AllOf()


def _unit(random: np.random.Generator) -> NDArray[np.float32]:
    vector = random.standard_normal(DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _terms(random: np.random.Generator, count: int) -> Sparse:
    ids = np.sort(random.choice(np.arange(200, dtype=np.uint32) * 20_000_003, count, replace=False))
    return Sparse(ids, random.uniform(0.1, 3, count).astype(np.float32))


def _payload(number: int, random: np.random.Generator) -> dict[str, object]:
    low = int(random.integers(10, 20))
    payload: dict[str, object] = {
        "record": "chunk",
        "article": f"{'zh' if number % 3 else 'en'}/方案-{number % 40}",
        "lang": "zh" if number % 3 else "en",
        "audience": "internal" if number % 5 == 0 else "public",
        "products": [["phone"], ["phone", "tablet"], []][number % 3],
        "systems": [SYSTEMS[number % 3]] if number % 4 else [],
        "versions": [
            {"system": SYSTEMS[number % 3], "low": low, "high": low + 3},
            {"system": SYSTEMS[(number + 1) % 3], "low": 1, "high": 2},
        ]
        if number % 4
        else [],
        "text": TEXTS[number % 4],
        "position": number,
    }
    if number % 7 == 0:
        del payload["products"]
    return payload


def _points() -> list[Point]:
    random = np.random.default_rng(20261102)
    chunks = [
        Point(
            number(f"chunk {place}"),
            _payload(place, random),
            _unit(random),
            _terms(random, 12),
        )
        for place in range(COUNT)
    ]
    record = Point(number("record"), {"record": "article", "audience": "public"})
    return [*chunks, record]


POINTS = _points()
QUERY = Lookup(POINTS[7].dense, POINTS[8].lexical, EVERYTHING, limit=20, exact=True)  # type: ignore[arg-type]  # all but the last have both


Writer = Callable[[], Store]


@pytest.fixture(params=["edge", "local", pytest.param("server", marks=pytest.mark.server)])
def writer(request: pytest.FixtureRequest, quick_disk: Path) -> Iterator[Writer]:
    """One more process's view of the same place."""
    if request.param == "edge":
        yield lambda: EdgeStore(quick_disk / "index", dimensions=DIMENSIONS)
        return
    url = os.environ.get("FIXPOINT_QDRANT_URL", "")
    if request.param == "server" and not url:
        pytest.skip("FIXPOINT_QDRANT_URL names no server")
    key = os.environ.get("FIXPOINT_QDRANT_API_KEY", "")
    client = QdrantClient(":memory:") if request.param == "local" else connect(url, key, 30.0)
    prefix = f"test{uuid4().hex[:8]}"
    yield lambda: ServerStore(client, dimensions=DIMENSIONS, prefix=prefix)
    for collection in client.get_collections().collections:
        if collection.name.startswith(prefix):
            client.delete_collection(collection.name)
    client.close()


@pytest.fixture
def store(writer: Writer) -> Store:
    return writer()


@pytest.fixture
def index(store: Store) -> Iterator[Index]:
    """The points above, being written."""
    with store.writing():
        index = store.build("g-1", copy_of=None)
        index.upsert(POINTS)
        yield index
        index.close()


def _publish(store: Store, name: str, *points: Point) -> None:
    index = store.build(name, copy_of=store.current())
    index.upsert(points)
    store.publish(name, index)


def _ordered(side: list[Scored]) -> list[int]:
    return [scored.id for scored in sorted(side, key=lambda scored: (-scored.score, scored.id))]


def _expected(where: Callable[[dict[str, object]], bool]) -> list[int]:
    return sorted(point.id for point in POINTS if where(dict(point.payload)))


def _met(index: Index, *conditions: Condition) -> list[int]:
    return [point for point, _ in index.scroll(AllOf(conditions), ())]


def test_both_lists_are_those_of_plain_arithmetic(index: Index) -> None:
    chunks = POINTS[:COUNT]
    cosines = {point.id: float(np.dot(_dense(point), QUERY.dense)) for point in chunks}
    products = {point.id: _product(_lexical(point), QUERY.lexical) for point in chunks}

    ranked = index.ranked(QUERY)

    assert _ordered(ranked.dense) == _best(cosines, 20)
    assert _ordered(ranked.lexical) == _best(products, 20)
    assert [scored.score for scored in ranked.dense] == pytest.approx(
        sorted(cosines.values(), reverse=True)[:20], abs=1e-5
    )
    assert all(scored.score == pytest.approx(products[scored.id]) for scored in ranked.lexical)


def _dense(point: Point) -> NDArray[np.float32]:
    assert point.dense is not None
    return point.dense


def _lexical(point: Point) -> Sparse:
    assert point.lexical is not None
    return point.lexical


def _product(one: Sparse, other: Sparse) -> float:
    weights = dict(zip(one.ids.tolist(), one.weights.tolist(), strict=True))
    pairs = zip(other.ids.tolist(), other.weights.tolist(), strict=True)
    return float(sum(weights.get(term, 0.0) * weight for term, weight in pairs))


def _best(scores: dict[int, float], limit: int) -> list[int]:
    found = [point for point in scores if scores[point] > 0]
    return sorted(found, key=lambda point: (-scores[point], point))[:limit]


def test_ranked_returns_points_that_pass_the_filter(index: Index) -> None:
    where = AllOf((Match("audience", ("public",)), Match("lang", ("zh",))))
    lookup = Lookup(QUERY.dense, QUERY.lexical, where, limit=7)

    ranked = index.ranked(lookup)

    assert len(ranked.dense) == len(ranked.lexical) == 7
    known = {point.id: point.payload for point in POINTS}
    for scored in (*ranked.dense, *ranked.lexical):
        assert (known[scored.id]["audience"], known[scored.id]["lang"]) == ("public", "zh")


def test_a_query_without_terms_has_no_lexical_list(index: Index) -> None:
    ranked = index.ranked(Lookup(QUERY.dense, NO_TERMS, EVERYTHING, limit=5))

    assert len(ranked.dense) == 5
    assert ranked.lexical == []


def test_terms_without_weight_match_nothing(index: Index) -> None:
    weightless = Sparse(QUERY.lexical.ids, np.zeros_like(QUERY.lexical.weights))

    assert index.ranked(Lookup(QUERY.dense, weightless, EVERYTHING, limit=5)).lexical == []


def test_a_point_without_vectors_is_stored_but_never_ranked(index: Index) -> None:
    record = POINTS[-1].id
    all_of_them = Lookup(QUERY.dense, QUERY.lexical, EVERYTHING, limit=COUNT + 1, exact=True)

    ranked = index.ranked(all_of_them)

    assert len(ranked.dense) == COUNT
    assert record not in {scored.id for scored in (*ranked.dense, *ranked.lexical)}
    assert index.fetch([record], EVERYTHING, ("record",)) == {record: {"record": "article"}}
    assert [(point.dense, point.lexical) for point in index.vectors([record])] == [(None, None)]


def _overlaps(payload: dict[str, object], system: str, low: int, high: int) -> bool:
    versions: list[dict[str, int | str]] = payload.get("versions", [])  # type: ignore[assignment]  # ours
    return any(
        each["system"] == system and int(each["low"]) < high and int(each["high"]) > low
        for each in versions
    )


def _on(system: str, low: int, high: int) -> Nested:
    bounds = (Range("low", below=high), Range("high", above=low))
    return Nested("versions", (Match("system", (system,)), *bounds))


@pytest.mark.parametrize(
    ("condition", "meets"),
    [
        pytest.param(EVERYTHING, lambda _: True, id="nothing asked is met by all"),
        pytest.param(AnyOf(()), lambda _: False, id="any of nothing is met by none"),
        pytest.param(Match("lang", ()), lambda _: False, id="no value matches none"),
        pytest.param(Match("lang", ("zh",)), lambda p: p.get("lang") == "zh", id="one value"),
        pytest.param(
            Match("article", ("zh/方案-1", "en/方案-3")),
            lambda p: p.get("article") in {"zh/方案-1", "en/方案-3"},
            id="Chinese values",
        ),
        pytest.param(
            Match("products", ("tablet",)),
            lambda p: "tablet" in p.get("products", []),
            id="one of a list",
        ),
        pytest.param(
            Absent("products"), lambda p: not p.get("products"), id="absent is missing or empty"
        ),
        pytest.param(
            Range("position", above=10, below=20),
            lambda p: 10 < p.get("position", -1) < 20,
            id="range without its ends",
        ),
        pytest.param(
            Range("position", above=490),
            lambda p: p.get("position", -1) > 490,
            id="range open above",
        ),
        pytest.param(_on("ios", 14, 16), lambda p: _overlaps(p, "ios", 14, 16), id="overlap"),
        pytest.param(_on("ios", 1, 2), lambda p: _overlaps(p, "ios", 1, 2), id="same interval"),
        pytest.param(
            _on("ios", 0, 1), lambda p: _overlaps(p, "ios", 0, 1), id="ends where another begins"
        ),
        pytest.param(
            _on("ios", 2, 3), lambda p: _overlaps(p, "ios", 2, 3), id="begins where another ends"
        ),
        pytest.param(
            AnyOf((Absent("systems"), _on("macos", 12, 13))),
            lambda p: not p.get("systems") or _overlaps(p, "macos", 12, 13),
            id="any system or this one",
        ),
        pytest.param(
            AllOf((Match("lang", ("en",)), AnyOf((Match("audience", ("internal",)),)))),
            lambda p: p.get("lang") == "en" and p.get("audience") == "internal",
            id="all of, nested",
        ),
    ],
)
def test_a_condition_is_met_by_the_same_points_in_scroll_count_fetch_and_ranked(
    index: Index, condition: Condition, meets: Callable[[dict[str, object]], bool]
) -> None:
    where, expected = AllOf((condition,)), _expected(meets)

    assert _met(index, condition) == expected
    assert index.count(where) == len(expected)
    assert sorted(index.fetch([point.id for point in POINTS], where, ())) == expected
    ranked = index.ranked(Lookup(QUERY.dense, QUERY.lexical, where, limit=COUNT, exact=True))
    record = POINTS[-1].id
    assert sorted(each.id for each in ranked.dense) == [p for p in expected if p != record]
    assert {each.id for each in ranked.lexical} <= set(expected)


def test_version_conditions_look_at_one_interval_at_a_time(index: Index) -> None:
    """The second system of every article is only there in [1, 2)."""
    first_only = _expected(lambda p: _overlaps(p, "ios", 12, 99))

    assert first_only
    assert _met(index, _on("ios", 12, 99)) == first_only


def test_scroll_goes_by_id_over_several_pages(store: Store) -> None:
    ids = sorted(number(f"many {place}") for place in range(2_345))
    with store.writing():
        index = store.build("many", copy_of=None)
        index.upsert([Point(each, {"lang": "zh", "text": "x"}) for each in reversed(ids)])

        assert list(index.scroll(EVERYTHING, ("lang",))) == [(each, {"lang": "zh"}) for each in ids]
        index.close()


def test_facet_counts_values_of_single_and_list_keys_under_a_filter(index: Index) -> None:
    public = AllOf((Match("audience", ("public",)),))
    shown = [dict(p.payload) for p in POINTS if p.payload["audience"] == "public"]

    assert index.facet("lang", public) == {
        lang: sum(p.get("lang") == lang for p in shown) for lang in ("zh", "en")
    }
    assert index.facet("products", public) == {
        product: sum(product in p.get("products", ()) for p in shown)  # type: ignore[operator]  # ours
        for product in ("phone", "tablet")
    }
    assert len(index.facet("article", EVERYTHING)) == len(
        {p.payload["article"] for p in POINTS if "article" in p.payload}
    )


def test_vectors_come_back_whole_in_the_asked_order(index: Index) -> None:
    asked = [POINTS[3].id, UNKNOWN, POINTS[1].id]

    found = index.vectors(asked)

    assert [point.id for point in found] == [POINTS[3].id, POINTS[1].id]
    for point, original in zip(found, (POINTS[3], POINTS[1]), strict=True):
        assert dict(point.payload) == dict(original.payload)
        np.testing.assert_allclose(_dense(point), _dense(original), atol=1e-6)
        np.testing.assert_array_equal(_lexical(point).ids, _lexical(original).ids)
        np.testing.assert_allclose(_lexical(point).weights, _lexical(original).weights)


def test_a_relabelled_point_loses_its_old_payload_and_keeps_its_vectors(index: Index) -> None:
    point = POINTS[7].id
    index.relabel({point: {"audience": "internal", "text": "仅供内部"}})

    found = index.vectors([point])[0]
    assert found.payload == {"audience": "internal", "text": "仅供内部"}
    np.testing.assert_allclose(_dense(found), _dense(POINTS[7]), atol=1e-6)
    public = Lookup(QUERY.dense, QUERY.lexical, AllOf((Match("audience", ("public",)),)), limit=20)
    assert point not in {scored.id for scored in index.ranked(public).dense}


def test_an_unknown_point_cannot_be_relabelled(index: Index) -> None:
    with pytest.raises(IndexUnavailable):
        index.relabel({UNKNOWN: {"audience": "internal"}})


def test_deleted_points_are_gone_and_unknown_ones_no_error(index: Index) -> None:
    gone = [point.id for point in POINTS[:10]]

    index.delete([*gone, UNKNOWN])

    assert index.count(EVERYTHING) == len(POINTS) - 10
    assert index.fetch(gone, EVERYTHING, ()) == {}
    assert not {scored.id for scored in index.ranked(QUERY).dense} & set(gone)


def test_nothing_to_write_read_or_delete_is_no_error(index: Index) -> None:
    index.upsert([])
    index.relabel({})
    index.delete([])

    assert index.vectors([]) == []
    assert index.fetch([], EVERYTHING, ("lang",)) == {}
    assert index.count(EVERYTHING) == len(POINTS)


def test_a_point_written_twice_is_replaced_whole(index: Index) -> None:
    index.upsert([Point(POINTS[0].id, {"lang": "en"})])

    assert index.count(EVERYTHING) == len(POINTS)
    found = index.vectors([POINTS[0].id])[0]
    assert (found.payload, found.dense, found.lexical) == ({"lang": "en"}, None, None)


def test_articles_of_megabytes_are_stored(index: Index) -> None:
    large = [Point(place, {"source": "更新到一半报错。" * 500_000}) for place in range(3)]

    index.upsert(large)

    assert index.fetch([large[2].id], EVERYTHING, ("source",)) == {large[2].id: large[2].payload}


def test_several_threads_read_at_once(index: Index) -> None:
    expected = _ordered(index.ranked(QUERY).dense)
    found: list[list[int]] = []

    def read() -> None:
        found.extend(_ordered(index.ranked(QUERY).dense) for _ in range(10))

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 40


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
    assert _ordered(opened.ranked(QUERY).dense) == _ordered(before.dense)
    assert _ordered(opened.ranked(QUERY).lexical) == _ordered(before.lexical)
    assert opened.count(EVERYTHING) == len(POINTS)
    opened.close()
    opened.close()


def test_a_copy_has_all_points_and_leaves_its_source_alone(store: Store, index: Index) -> None:
    store.publish("g-1", index)

    copy = store.build("g-2", copy_of="g-1")
    assert _ordered(copy.ranked(QUERY).dense) == _ordered(_opened(store, "g-1").dense)
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
