"""Mixed load for minutes: searches, outcomes and corrections while generations are swapped."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from time import monotonic

from evaluation.soak.background import going
from evaluation.soak.callers import Caller
from evaluation.soak.client import Client, lost
from evaluation.soak.memory import Watch, growth
from evaluation.soak.minutes import MINUTE_S, Minute, minutes
from evaluation.soak.promises import GROWTH, tracebacks
from evaluation.soak.publishing import Writer
from evaluation.soak.service import serving
from evaluation.soak.site import Site, visible
from evaluation.soak.symptoms import foreseen
from kb.domain import Scope


@dataclass(frozen=True, slots=True)
class LoadFound:
    """What came of a load."""

    minutes: tuple[Minute, ...]
    outcomes: int
    """That were acknowledged, corrections among them."""
    resident_growth: float
    anonymous_growth: float
    broken: Mapping[str, int]


def loaded(site: Site, *, minutes_long: float, chance: random.Random) -> LoadFound:
    """Load the site's service for so long; it must be new."""
    staff, integration = site.key(Scope.AGENT), site.key(Scope.SEARCH)
    known = foreseen(visible(site.articles).values())
    with serving(site) as service:
        callers = [
            Caller(Client(site.port, key), known, random.Random(chance.random()), cases=cases)  # noqa: S311 - a repeatable choice
            for key, cases in [("", ""), ("", ""), (integration, "CRM"), (staff, "DESK")]
        ]
        watch, writer = Watch(service.pid), Writer(site, chance)
        began_s = monotonic()
        with going(*callers, watch, writer) as load:
            load.on_for(minutes_long * MINUTE_S)
        told = {id_: solution for each in callers for id_, solution in each.told.items()}
        missing = lost(site.port, staff, told)
    times = sorted((each for caller in callers for each in caller.times), key=lambda t: t.at_s)
    grown = [growth(watch.seen, lambda m: m.resident), growth(watch.seen, lambda m: m.anonymous)]
    broken = sum((each.broken for each in callers), writer.broken)
    broken["acknowledged outcomes are missing"] += missing
    broken[f"memory grew by more than {GROWTH:.0%}"] += max(grown) > GROWTH
    broken += tracebacks(site.said())
    found = minutes(times, watch.seen, began_s=began_s, number=ceil(minutes_long))
    return LoadFound(tuple(found), len(told), grown[0], grown[1], broken)
