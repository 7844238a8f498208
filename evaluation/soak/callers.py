"""Callers that search, report and correct as fast as they are answered, and check every reply."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event
from time import monotonic

from evaluation.soak.client import Client, Reply
from evaluation.soak.symptoms import typed
from kb.cases import Verdict
from kb.domain import Language

SEARCHES, REPORTS = 0.8, 0.95
"""Of all requests, four in five are searches; of the others, three in four new outcomes."""
REPEATS = 0.1
"""So many outcomes are sent twice under one idempotency key."""
NUMBERED = 0.5
"""So many outcomes of whoever has case numbers are told by one, the others by a search."""
REMEMBERED = 50
"""Searches, and outcomes, that a caller may still speak of."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One request that was answered."""

    at_s: float
    """When it was answered, on the clock of :func:`time.monotonic`."""
    seconds: float
    search: bool
    generation: str = ""
    """What a search was answered from."""


def flaw(reply: Reply, status: HTTPStatus, expected: Mapping[str, object]) -> str:
    """How a reply differs from what it should be; empty if it does not."""
    if reply.status != status:
        return reply.came
    wrong = [name for name, value in expected.items() if reply.body.get(name) != value]
    return f"another {' and '.join(wrong)}" if wrong else ""


class Caller:
    """One of the many; a key gives it case numbers of its own."""

    def __init__(
        self,
        client: Client,
        foreseen: Sequence[tuple[Language, str]],
        chance: random.Random,
        *,
        cases: str = "",
    ) -> None:
        """Speak of cases that begin with ``cases``; without it, only of searches."""
        self._client, self._foreseen, self._chance, self._cases = client, foreseen, chance, cases
        self._shown: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self._said: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self.times: list[Timed] = []
        self.told: dict[str, str] = {}
        """The solution of every outcome that was acknowledged, by the outcome's id."""
        self.broken: Counter[str] = Counter()

    def __call__(self, stop: Event) -> None:
        """Go on until stopped."""
        with closing(self._client):
            while not stop.is_set():
                self._step()

    def _step(self) -> None:
        drawn = self._chance.random()
        if drawn < SEARCHES or not self._shown:
            self._search()
        elif drawn < REPORTS or not self._said:
            self._report()
        else:
            self._correct()

    def _search(self) -> None:
        reply = self._client.search(typed(self._foreseen, self._chance))
        self._timed(reply, search=True)
        wrong = flaw(reply, HTTPStatus.OK, {})
        if not wrong and not reply.body["search_id"]:
            wrong = "not recorded"
        if not wrong and not reply.body["solutions"]:
            wrong = "no solution to an article's own symptom"
        if wrong:
            self.broken[f"search: {wrong}"] += 1
            return
        solution = self._chance.choice(reply.body["solutions"])["solution"]
        self._shown.append((reply.body["search_id"], solution))

    def _report(self) -> None:
        search, solution = self._chance.choice(self._shown)
        verdict = self._chance.choice(tuple(Verdict))
        said: dict[str, object] = {"solution": solution, "verdict": verdict}
        if self._cases and self._chance.random() < NUMBERED:
            said |= {"case": f"{self._cases}-{len(self.times)}", "symptom": "试过了 still broken"}
        else:
            said |= {"search_id": search}
        once = f"{self._chance.getrandbits(128):032x}"
        reply = self._outcome("POST", "/api/v1/outcomes", said, once)
        if reply and self._chance.random() < REPEATS:
            again = self._client.ask("POST", "/api/v1/outcomes", said, once=once)
            self._timed(again)
            wrong = flaw(again, HTTPStatus.CREATED, {"id": reply.body["id"]})
            self.broken[f"the same outcome again: {wrong}"] += bool(wrong)

    def _correct(self) -> None:
        outcome, solution = self._said.pop()
        said = {"verdict": self._chance.choice(tuple(Verdict)), "note": "改一下 mended"}
        once = f"{self._chance.getrandbits(128):032x}"
        expected = {"solution": solution, "corrects": outcome}
        self._outcome("PATCH", f"/api/v1/outcomes/{outcome}", said, once, expected)

    def _outcome(
        self,
        method: str,
        path: str,
        said: Mapping[str, object],
        once: str,
        expected: Mapping[str, object] | None = None,
    ) -> Reply | None:
        reply = self._client.ask(method, path, said, once=once)
        self._timed(reply)
        status = HTTPStatus.CREATED if method == "POST" else HTTPStatus.OK
        known = {name: said[name] for name in ("solution", "verdict", "search_id") if name in said}
        wrong = flaw(reply, status, {**known, **(expected or {})})
        if wrong:
            self.broken[f"{method} of an outcome: {wrong}"] += 1
            return None
        self.told[reply.body["id"]] = reply.body["solution"]
        self._said.append((reply.body["id"], reply.body["solution"]))
        return reply

    def _timed(self, reply: Reply, *, search: bool = False) -> None:
        generation = str(reply.body.get("generation", ""))
        self.times.append(Timed(monotonic(), reply.seconds, search, generation))
