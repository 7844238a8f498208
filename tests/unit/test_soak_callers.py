"""The soak's callers: what they say to a service, and what they notice."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import closing

import pytest

from evaluation.soak.callers import Caller
from evaluation.soak.client import PROBLEM, Client, Reply, kept, lost
from evaluation.soak.promises import Broken, told
from evaluation.soak.site import free_port
from kb.domain import Language
from tests.unit.answering import (
    FOUND,
    UNAVAILABLE,
    Answer,
    Asked,
    Some,
    a_service,
    empty,
    honest,
    unrecorded,
)


def called(answer: Callable[[Asked], Answer | None], *, steps: int = 100) -> Caller:
    known = [(Language.ZH, "充电很慢"), (Language.EN, "charges slowly")]
    with a_service(answer) as port:
        caller = Caller(Client(port, "fxp"), known, random.Random(1), cases="CRM")
        caller(Some(steps))
    return caller


def test_a_caller_has_nothing_to_say_against_a_service_that_keeps_its_promises() -> None:
    caller = called(honest, steps=200)

    assert told(caller.broken) == []
    assert len(caller.times) >= 200
    assert len(caller.told) > 20


def wrong_solution(asked: Asked) -> Answer:
    status, body = honest(asked)
    return status, {**body, "solution": "another"}


def forgetful(asked: Asked) -> Answer:
    status, body = honest(asked)
    return status, {**body, "id": f"{id(body)}-{random.random()}"}


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (wrong_solution, "POST of an outcome: another solution"),
        (forgetful, "the same outcome again: another id"),
        (unrecorded, "search: not recorded"),
        (empty, "search: no solution to an article's own symptom"),
        (lambda _: UNAVAILABLE, "search: 503 casebook-unavailable"),
        (lambda _: None, "search: no reply RemoteDisconnected"),
        (lambda _: (500, {"type": "about:blank"}), "search: 500 about:blank"),
    ],
)
def test_a_caller_notices(answer: Callable[[Asked], Answer | None], complaint: str) -> None:
    assert called(answer).broken[complaint]


def test_a_visitor_sends_back_the_cookie_that_came_first() -> None:
    cookies: list[str | None] = []

    def answer(asked: Asked) -> Answer:
        cookies.append(asked.headers.get("Cookie"))
        return FOUND

    with a_service(answer) as port, closing(Client(port)) as client:
        client.search("屏幕全黑")
        client.search("screen is black")

    assert cookies == [None, "fixpoint-visitor=me"]


def test_where_nobody_listens_there_is_no_reply() -> None:
    with closing(Client(free_port())) as client:
        assert client.search("屏幕全黑").came == "no reply ConnectionRefusedError"


@pytest.mark.parametrize(
    ("status", "body", "clear"),
    [
        (200, {}, True),
        (201, {}, True),
        (503, {"type": f"{PROBLEM}index-unavailable"}, True),
        (503, {"type": "about:blank"}, False),
        (503, {}, False),
        (500, {"type": f"{PROBLEM}bad-article"}, False),
        (404, {"type": f"{PROBLEM}unknown-case"}, False),
        (0, {"type": "TimeoutError"}, False),
    ],
)
def test_a_failure_is_clear_only_as_503_that_says_why(
    status: int, body: Mapping[str, str], *, clear: bool
) -> None:
    assert Reply(status, body, 0.1).clear is clear


def pages(asked: Asked) -> Answer:
    page = {"1": ["c"], "": ["a", "b"]}["1" if "before=7" in asked.path else ""]
    last = "before=7" in asked.path
    outcomes = [{"id": each, "case": f"case-{each}"} for each in page]
    return 200, {"outcomes": outcomes, "next": None if last else 7}


def test_every_page_of_outcomes_is_read() -> None:
    with a_service(pages) as port:
        assert dict(kept(port, "fxp", {"charge"})) == {each: f"case-{each}" for each in "abc"}
        assert lost(port, "fxp", {"a": "charge", "c": "charge"}) == 0
        assert lost(port, "fxp", {"a": "charge", "d": "charge"}) == 1


def test_outcomes_that_cannot_be_read_are_no_empty_list() -> None:
    with (
        a_service(lambda _: UNAVAILABLE) as port,
        pytest.raises(Broken, match="outcomes of charge: 503 casebook-unavailable"),
    ):
        lost(port, "fxp", {"a": "charge"})
