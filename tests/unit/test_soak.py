from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from evaluation.soak.background import going
from evaluation.soak.callers import Caller, Timed
from evaluation.soak.client import PROBLEM, Client, Reply, kept, lost
from evaluation.soak.faults import FaultFound
from evaluation.soak.kills import KillsFound, Reporter, forgotten
from evaluation.soak.load import LoadFound
from evaluation.soak.memory import Memory, Watch, growth, parsed
from evaluation.soak.minutes import Minute, minutes, percentile
from evaluation.soak.probes import AGENT, CUSTOMER, Probe, Prober, recovery_s, searched
from evaluation.soak.promises import Broken, told, tracebacks
from evaluation.soak.publishing import revise
from evaluation.soak.report import Findings, Run, broken, report
from evaluation.soak.site import Site, free_port, visible
from evaluation.soak.symptoms import foreseen, typed
from kb.domain import Language

ARTICLE = """---
title: {title}
symptoms: [{symptom}]
audience: {audience}
---

## 解决方法

换线。
"""
UNAVAILABLE = 503, {"type": f"{PROBLEM}casebook-unavailable"}
FOUND = (
    200,
    {
        "search_id": "s1",
        "generation": "g1",
        "solutions": [{"solution": "charge"}],
    },
)

Answer = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service was asked."""

    method: str
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@contextmanager
def a_service(answer: Callable[[Asked], Answer | None]) -> Iterator[int]:
    """The port of a service that answers so; ``None`` breaks the connection."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Else head and body are two packets, the second 40 ms later.

        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(size) or b"{}")
            answered = answer(Asked(self.command, self.path, body, dict(self.headers)))
            if answered is None:
                self.close_connection = True
                return
            text = json.dumps(answered[1]).encode()
            self.send_response(answered[0])
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Set-Cookie", "fixpoint-visitor=me; HttpOnly")
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PATCH = do_GET  # noqa: N815 - as the library calls them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def honest(asked: Asked) -> Answer:
    """As the product answers."""
    if asked.path.endswith("/search"):
        return FOUND
    corrected = asked.path.removeprefix("/api/v1/outcomes/") if asked.method == "PATCH" else None
    again = {"id": asked.headers["Idempotency-Key"], "solution": "charge", "corrects": corrected}
    return 201 if asked.method == "POST" else 200, {**asked.body, **again}


class Some(Event):
    """Is set once it was looked at so often."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def wait(self, _: float | None = None) -> bool:
        return self.is_set()


def called(answer: Callable[[Asked], Answer | None], *, steps: int = 100) -> Caller:
    known = [(Language.ZH, "充电很慢"), (Language.EN, "charges slowly")]
    with a_service(answer) as port:
        caller = Caller(Client(port, "fxp"), known, random.Random(1), cases="CRM")
        caller(Some(steps))
    return caller


# Callers


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


def unrecorded(_: Asked) -> Answer:
    return 200, {**FOUND[1], "search_id": None}


def empty(_: Asked) -> Answer:
    return 200, {**FOUND[1], "solutions": []}


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


# What is kept


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


# Kills


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


# Faults


def test_a_search_that_is_not_recorded_is_clear_and_not_fine() -> None:
    probe = searched(Reply(*unrecorded(Asked("", "", {}, {})), 0.1), CUSTOMER, at_s=1)

    assert (probe.came, probe.fine, probe.clear) == ("200, not recorded", False, True)


def test_a_search_that_silently_finds_nothing_is_not_clear() -> None:
    probe = searched(Reply(*empty(Asked("", "", {}, {})), 0.1), CUSTOMER, at_s=1)

    assert (probe.came, probe.fine, probe.clear) == ("200, without a solution", False, False)


def test_probes_tell_what_came_back_and_which_outcomes_were_acknowledged() -> None:
    def answer(asked: Asked) -> Answer:
        return FOUND if asked.path.endswith("/search") else (201, {"id": "o1"})

    with a_service(answer) as port:
        prober = Prober(Site(Path(), port), "fxp", "屏幕全黑", "charge")
        prober(Some(1))

    assert [each.fine for each in prober.seen] == [True, True, True]
    assert prober.told == {"o1": "charge"}


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ([], None),
        ([(8, CUSTOMER, False), (11, CUSTOMER, True)], 0),
        ([(9.5, CUSTOMER, False), (11, CUSTOMER, True)], 0.5),
        ([(11, CUSTOMER, False), (12, CUSTOMER, True)], 2),
        ([(11, CUSTOMER, True), (12, CUSTOMER, False), (13, CUSTOMER, True)], 3),
        ([(11, CUSTOMER, False)], None),
        ([(11, CUSTOMER, True), (11, AGENT, False)], None),
    ],
)
def test_all_is_well_after_the_last_reply_that_was_not(
    probes: list[tuple[float, str, bool]], expected: float | None
) -> None:
    seen = [Probe(at, 1.0, asked, "", fine=fine, clear=True) for at, asked, fine in probes]

    assert recovery_s(seen, mended_s=10) == expected


# Memory and minutes

ROLLUP = """559b0e6c8000-7ffd4b9f2000 ---p 00000000 00:00 0                          [rollup]
Rss:              204800 kB
Pss:              190000 kB
Anonymous:        102400 kB
"""


def test_memory_is_what_the_kernel_says_in_bytes() -> None:
    assert parsed(ROLLUP, at_s=3) == Memory(3, resident=200 * 2**20, anonymous=100 * 2**20)


def test_a_process_that_has_ended_is_told() -> None:
    with pytest.raises(Broken, match="process -1 has ended by itself"):
        Watch(-1)(Some(1))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], 0),
        ([1, 2, 3], 0),
        ([50, 100, 100, 100], 0),
        ([50, 100, 300, 110], 0.1),
        ([1, 1, 100, 100, 100, 100, 90, 90], -0.1),
    ],
)
def test_growth_is_the_last_quarter_over_the_second(held: list[int], expected: float) -> None:
    seen = [Memory(0, size, 7) for size in held]

    assert growth(seen, lambda memory: memory.resident) == pytest.approx(expected)
    assert growth(seen, lambda memory: memory.anonymous) == 0


def test_a_minute_counts_its_requests_and_the_generations_that_are_new_in_it() -> None:
    times = [
        Timed(101, 0.010, search=True, generation="g1"),
        Timed(102, 0.500, search=False),
        Timed(159, 0.030, search=True, generation="g2"),
        Timed(161, 0.020, search=True, generation="g2"),
        Timed(170, 0.020, search=True, generation="g3"),
        Timed(220, 0.020, search=True, generation="g4"),
    ]
    held = [Memory(110, 1, 10), Memory(120, 3, 30), Memory(130, 2, 20)]

    first, second = minutes(times, held, began_s=100, number=2)

    assert first == Minute(3, 1, Memory(110, 2, 20), p50_ms=10, p99_ms=30)
    assert second == Minute(2, 1, None, p50_ms=20, p99_ms=20)


def test_a_minute_without_requests_is_told() -> None:
    assert minutes([], [], began_s=100, number=1) == [Minute(0, 0, None, p50_ms=0, p99_ms=0)]
    assert percentile([], 0.5) == 0


# Articles and symptoms


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    for name, title, symptom, audience in [
        ("zh/charge", "充电很慢", "充不进电", "public"),
        ("en/charge", "Charges slowly", "does not charge", "public"),
        ("zh/secret", "内部", "内部", "internal"),
    ]:
        path = tmp_path / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        text = ARTICLE.format(title=title, symptom=symptom, audience=audience)
        path.write_text(text, "utf-8")
    return tmp_path


def test_nobody_searches_for_what_only_staff_may_see(articles: Path) -> None:
    known = foreseen(visible(articles).values())

    assert set(known) == {
        (Language.ZH, "充电很慢"),
        (Language.ZH, "充不进电"),
        (Language.EN, "Charges slowly"),
        (Language.EN, "does not charge"),
    }


@pytest.mark.parametrize("symptom", [(Language.ZH, "充不进电"), (Language.EN, "does not charge")])
def test_the_same_chance_types_the_same(symptom: tuple[Language, str]) -> None:
    first, second = (random.Random(3) for _ in range(2))
    said = [typed([symptom], first) for _ in range(20)]

    assert said == [typed([symptom], second) for _ in range(20)]
    assert len(set(said)) > 1
    assert all(symptom[1] in each for each in said)


def test_a_revised_article_differs_and_does_not_grow(articles: Path) -> None:
    path = articles / "zh" / "charge.md"
    chance = random.Random(5)
    revise([path], chance)
    first = path.read_bytes()
    revise([path], chance)
    second = path.read_bytes()

    assert first != second
    assert len(first) == len(second)
    assert visible(articles)[path.resolve()].title == "充电很慢"


# Background


def test_an_error_in_the_background_is_raised_at_once_and_the_others_end() -> None:
    ended = Event()

    def fails(_: Event) -> None:
        raise Broken("it broke")

    def goes_on(stop: Event) -> None:
        stop.wait()
        ended.set()

    with pytest.raises(Broken, match="it broke"), going(fails, goes_on) as works:
        works.on_for(600)

    assert ended.is_set()


# The report


def test_a_traceback_in_the_log_is_told_by_its_last_line() -> None:
    exception = "Traceback (most recent call last):\n  File x\nKeyError: 'a'"
    log = [
        json.dumps({"level": "ERROR", "message": "failed", "exception": exception, "request": "r"}),
        json.dumps({"level": "ERROR", "message": exception}),
        json.dumps({"level": "WARNING", "message": "busy"}),
        "3",
        "Traceback (most recent call last):",
    ]

    assert dict(tracebacks(log)) == {
        "the log has a traceback: KeyError: 'a'": 2,
        "the log has a traceback: Traceback (most recent call last):": 1,
    }


RUN = Run("python -m evaluation.soak", "abc1234", "2 cores")
LOAD = LoadFound(
    minutes=(Minute(1200, 3, Memory(0, 400_000_000, 200_000_000), 5.04, 20.06),),
    outcomes=150,
    resident_growth=0.012,
    anonymous_growth=-0.02,
    broken={"search: not recorded": 0},
)
KILLS = KillsFound((1.0, 2.0, 4.0), published=9, outcomes=70, in_flight=12, broken={})
FAULT = FaultFound("disk full", during={"a search: 200": 3}, slowest_s=0.25, recovery_s=0.0)


def test_a_report_holds_every_figure() -> None:
    found = Findings(LOAD, KILLS, (FAULT, FaultFound("Qdrant", skipped="none was lent")))
    text = report(RUN, replace(found, finished=True))

    assert "**Not finished.**" in report(RUN, found)
    assert "**Every promise held.**" in text
    assert "| 1 | 1,200 | 3 | 400 | 200 | 5.0 | 20.1 |" in text
    assert "resident +1.2%, anonymous -2.0%" in text
    assert "median 2.00 s, maximum 4.00 s" in text
    assert "| disk full | 3 × a search: 200 | 0.2 | 0.0 |" in text
    assert "| Qdrant | skipped: none was lent | - | - |" in text


def test_a_report_says_what_was_left_out() -> None:
    assert report(RUN, Findings()).count("Left out of this run.") == 2


def test_what_did_nothing_proves_nothing() -> None:
    idle = LoadFound((Minute(0, 0, None, 0.0, 0.0),), 0, 0.0, 0.0, {})
    kills = KillsFound((1.0,) * 20, published=0, outcomes=0, in_flight=0, broken={})

    assert broken(Findings(idle, kills, finished=True)) == [
        "load: no outcomes",
        "load: no swaps",
        "load: no looks at its memory",
        "kills: no outcomes",
        "kills: no generations",
        "kills: none came before a reply",
    ]


def test_broken_promises_are_told_by_their_part() -> None:
    kills = KillsFound((1.0,), 1, 1, 1, {"acknowledged outcomes are missing": 2})
    never = FaultFound("disk full", broken={"it never recovered": 1})

    found = Findings(LOAD, kills, (never,), stopped="the service ended")

    assert broken(found) == [
        "kills: 2 times: acknowledged outcomes are missing",
        "disk full: it never recovered",
        "the run ended early: the service ended",
    ]
    text = report(RUN, found)
    assert "**Broken promises:**" in text
    assert "| disk full |  | 0.0 | never |" in text
