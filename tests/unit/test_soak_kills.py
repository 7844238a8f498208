"""The soak's kills: what was acknowledged is there afterwards, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evaluation.soak.kills import Reporter, forgotten
from evaluation.soak.promises import told
from evaluation.soak.site import Site
from tests.unit.answering import Answer, Asked, Some, a_service, honest


def reporter(answer: Callable[[Asked], Answer | None], *, steps: int = 4) -> Reporter:
    with a_service(answer) as port:
        found = Reporter(Site(Path(), port), "fxp", ["charge"], "K")
        found(Some(steps))
    return found


def test_a_reporter_says_each_outcome_once() -> None:
    said = reporter(honest)

    assert list(said.told) == ["K-0", "K-1", "K-2", "K-3"]
    assert said.in_flight == 0


def test_a_reporter_says_again_what_had_no_reply() -> None:
    keys: list[str] = []

    def answer(asked: Asked) -> Answer | None:
        keys.append(asked.headers["Idempotency-Key"])
        return None if len(keys) == 2 else honest(asked)

    with a_service(answer) as port:
        said = Reporter(Site(Path(), port), "fxp", ["charge"], "K")
        said(Some(9))
        said(Some(1))

    assert keys == ["K-0", "K-1", "K-1"]
    assert (said.in_flight, list(said.told)) == (1, ["K-0", "K-1"])


def test_what_was_acknowledged_and_is_gone_or_kept_twice_is_counted() -> None:
    said = reporter(honest, steps=3)

    assert told(forgotten([said], [(f"K-{n}", f"K-{n}") for n in range(4)])) == []
    gone = forgotten([said], [("K-0", "K-0"), ("K-1", "K-1"), ("x", "K-1")])
    assert gone["acknowledged outcomes are missing"] == 1
    assert gone["cases hold an outcome twice that was sent again"] == 1
