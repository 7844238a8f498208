"""The service killed at random moments, while outcomes are written and generations swapped."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event

from evaluation.soak.background import Going, going
from evaluation.soak.client import Client, kept
from evaluation.soak.promises import STARTS_S, tracebacks
from evaluation.soak.publishing import Publisher
from evaluation.soak.service import Service
from evaluation.soak.site import Site, visible
from kb.cases import Verdict
from kb.domain import Scope

REPORTERS = 4
SOONEST_S, LATEST_S = 0.02, 2.0
"""A kill comes so long after outcomes began to be written."""


@dataclass(frozen=True, slots=True)
class KillsFound:
    """What came of the kills."""

    starts_s: tuple[float, ...]
    """From each start after a kill to the first answer."""
    published: int
    """Generations."""
    outcomes: int
    """That were acknowledged."""
    in_flight: int
    """Outcomes that a kill came before the reply of; they were sent again."""
    broken: Mapping[str, int]


class Reporter:
    """Says one outcome after another, each of a case of its own, and again what had no reply."""

    def __init__(self, site: Site, key: str, solutions: Sequence[str], name: str) -> None:
        """Nothing is said yet; ``name`` begins its case numbers."""
        self._site, self._key, self._solutions, self._name = site, key, solutions, name
        self._number = 0
        self.told: dict[str, str] = {}
        """The solution of every outcome that was acknowledged, by the outcome's id."""
        self.in_flight = 0
        self.broken: Counter[str] = Counter()

    def __call__(self, stop: Event) -> None:
        """Go on until stopped, or until there is no reply; then the same is said the next time."""
        with closing(Client(self._site.port, self._key)) as client:
            while not stop.is_set() and self._say(client):
                self._number += 1

    def _say(self, client: Client) -> bool:
        case = f"{self._name}-{self._number}"
        solution = self._solutions[self._number % len(self._solutions)]
        verdict = tuple(Verdict)[self._number % len(Verdict)]
        said = {"case": case, "solution": solution, "verdict": verdict, "symptom": "突然断电"}
        reply = client.ask("POST", "/api/v1/outcomes", said, once=case)
        if not reply.status:
            self.in_flight += 1
            return False
        if reply.status == HTTPStatus.CREATED:
            self.told[reply.body["id"]] = solution
        else:
            self.broken[f"outcome: {reply.came}"] += 1
        return True


def killed(site: Site, *, kills: int, chance: random.Random) -> KillsFound:
    """Kill the site's service so often; it must be new."""
    key = site.key(Scope.AGENT)
    solutions = sorted({each.solution for each in visible(site.articles).values()})
    reporters = [Reporter(site, key, solutions, f"K{number}") for number in range(REPORTERS)]
    publisher = Publisher(site, random.Random(chance.random()))  # noqa: S311 - a repeatable choice
    starts_s, broken = [], Counter[str]()
    with going(publisher) as publishing:
        for number in range(kills + 1):
            with _started(site) as service:
                starts_s.append(service.ready())
                broken |= forgotten(reporters, kept(site.port, key, set(solutions)))
                if number < kills:
                    _kill_amid(service, reporters, publishing, chance.uniform(SOONEST_S, LATEST_S))
    broken += sum((each.broken for each in reporters), Counter())
    broken[f"a start took longer than {STARTS_S:.0f} s"] += sum(s > STARTS_S for s in starts_s)
    broken += tracebacks(site.said())
    return KillsFound(
        starts_s=tuple(starts_s[1:]),
        published=publisher.published,
        outcomes=sum(len(each.told) for each in reporters),
        in_flight=sum(each.in_flight for each in reporters),
        broken=broken,
    )


def forgotten(reporters: Iterable[Reporter], known: Iterable[tuple[str, str]]) -> Counter[str]:
    """How many acknowledged outcomes are not known, and how many cases have one twice."""
    found = dict(known)
    told = {id_ for each in reporters for id_ in each.told}
    return Counter(
        {
            "acknowledged outcomes are missing": len(told - found.keys()),
            "cases hold an outcome twice that was sent again": len(found) - len({*found.values()}),
        }
    )


@contextmanager
def _started(site: Site) -> Iterator[Service]:
    """A service that is not yet ready; it has ended afterwards, whatever happens."""
    service = Service(site)
    try:
        yield service
    finally:
        service.kill()


def _kill_amid(
    service: Service, reporters: Iterable[Reporter], publishing: Going, after_s: float
) -> None:
    with going(*reporters):
        publishing.on_for(after_s)
        service.check_alive()
        service.kill()
