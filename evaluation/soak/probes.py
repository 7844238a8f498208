"""What callers see of a fault: what comes back meanwhile, and how soon all is well again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event
from time import monotonic

from evaluation.soak.client import Client, Reply
from evaluation.soak.site import Site

EVERY_S = 0.1
CUSTOMER, AGENT, OUTCOME = "a customer's search", "an agent's search", "an agent's outcome"
"""What is asked for."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One request and what came of it."""

    at_s: float
    """When it was sent, on the clock of :func:`time.monotonic`."""
    seconds: float
    asked: str
    came: str
    """Status and problem of the reply."""
    fine: bool
    """Everything that was asked for was done."""
    clear: bool
    """Fine, or answered without being recorded, or 503 with a problem that says why."""


def searched(reply: Reply, asked: str, *, at_s: float) -> Probe:
    """A search; it is not fine if it is not recorded, and not clear if nothing was found."""
    if reply.status != HTTPStatus.OK:
        return Probe(at_s, reply.seconds, asked, reply.came, fine=False, clear=reply.clear)
    found, recorded = bool(reply.body["solutions"]), bool(reply.body["search_id"])
    lacks = ("" if found else ", without a solution") + ("" if recorded else ", not recorded")
    return Probe(
        at_s, reply.seconds, asked, reply.came + lacks, fine=found and recorded, clear=found
    )


def reported(reply: Reply, *, at_s: float) -> Probe:
    """An outcome."""
    fine = reply.status == HTTPStatus.CREATED
    return Probe(at_s, reply.seconds, OUTCOME, reply.came, fine, reply.clear)


def counted(probes: Iterable[Probe]) -> dict[str, int]:
    """How often each thing came back, by what was asked for and in its order."""
    return dict(sorted(Counter(f"{each.asked}: {each.came}" for each in probes).items()))


def recovery_s(probes: Sequence[Probe], *, mended_s: float) -> float | None:
    """Seconds from the end of the cause to the last reply that was not fine; 0 without one.

    ``None`` if the last reply to any of the requests is not fine, or none came since.
    """
    since = [each for each in probes if each.at_s + each.seconds > mended_s]
    latest = {each.asked: each.fine for each in since}
    if not latest or not all(latest.values()):
        return None
    return max((each.at_s + each.seconds - mended_s for each in since if not each.fine), default=0)


@dataclass(slots=True)
class Prober:
    """A customer searches, an agent searches and reports: in turn, until stopped."""

    site: Site
    key: str
    symptom: str
    solution: str
    seen: list[Probe] = field(default_factory=list, init=False)
    told: dict[str, str] = field(default_factory=dict, init=False)
    """The solution of every outcome that was acknowledged, by the outcome's id."""

    def __call__(self, stop: Event) -> None:
        """Go on, with a short rest after each turn."""
        customer, agent = Client(self.site.port), Client(self.site.port, self.key)
        with closing(customer), closing(agent):
            while not stop.wait(EVERY_S):
                for client, asked in ((customer, CUSTOMER), (agent, AGENT)):
                    at_s = monotonic()
                    reply = client.search(self.symptom)
                    self.seen.append(searched(reply, asked, at_s=at_s))
                self._report(agent)

    def _report(self, client: Client) -> None:
        at_s = monotonic()
        said = {
            "case": f"F-{len(self.seen)}",
            "solution": self.solution,
            "verdict": "solved",
            "symptom": self.symptom,
        }
        reply = client.ask("POST", "/api/v1/outcomes", said)
        self.seen.append(reported(reply, at_s=at_s))
        if reply.status == HTTPStatus.CREATED:
            self.told[reply.body["id"]] = self.solution
