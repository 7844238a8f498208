"""The soak's report: every figure, and every promise that was broken."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Event

import pytest

from evaluation.soak.background import going
from evaluation.soak.faults import FaultFound
from evaluation.soak.kills import KillsFound
from evaluation.soak.load import LoadFound
from evaluation.soak.memory import Memory
from evaluation.soak.minutes import Minute
from evaluation.soak.promises import Broken, tracebacks
from evaluation.soak.report import Findings, Run, broken, report


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
