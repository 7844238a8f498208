"""Conditions: which points meet them, in whatever call of every store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
    Store,
)
from kb.names import number
from tests.integration.stored import COUNT, EVERYTHING, LOCAL_WARNINGS, POINTS, QUERY

pytestmark = LOCAL_WARNINGS


def _expected(where: Callable[[dict[str, object]], bool]) -> list[int]:
    return sorted(point.id for point in POINTS if where(dict(point.payload)))


def _met(index: Index, *conditions: Condition) -> list[int]:
    return [point for point, _ in index.scroll(AllOf(conditions), ())]


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
