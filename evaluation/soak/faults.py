"""One part after another fails under a running service, and comes back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from evaluation.soak.background import going
from evaluation.soak.client import lost
from evaluation.soak.probes import Prober, counted, recovery_s
from evaluation.soak.promises import RECOVERY_S, Broken, tracebacks
from evaluation.soak.publishing import publish, taken_over
from evaluation.soak.service import Service, serving
from evaluation.soak.site import Site, visible
from kb.domain import Scope

BEFORE_S, LASTS_S, AFTER_S = 2.0, 5.0, 3.0
"""So long all is well, then something is wrong, and then it is looked whether all is well again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How a part fails, and how it comes back."""

    name: str
    begin: Callable[[], None]
    mend: Callable[[], None]
    """When it returns, the cause is gone."""


@dataclass(frozen=True, slots=True)
class FaultFound:
    """What came of a fault."""

    name: str
    skipped: str = ""
    """Why it was not tried; empty if it was."""
    during: Mapping[str, int] = field(default_factory=dict)
    """How often each thing came back while the part was failing."""
    slowest_s: float = 0.0
    """The longest that anybody waited meanwhile."""
    recovery_s: float | None = None
    """Until all was well after the cause was gone; ``None`` if it never was."""
    broken: Mapping[str, int] = field(default_factory=dict)


def observed(site: Site, faults: Iterable[Fault], chance: random.Random) -> list[FaultFound]:
    """What comes of these, one after the other, under one service of the site, which is new."""
    key = site.key(Scope.AGENT)
    with serving(site) as service:
        return [_observed(service, key, fault, chance) for fault in faults]


def _observed(service: Service, key: str, fault: Fault, chance: random.Random) -> FaultFound:
    article = chance.choice(list(visible(service.site.articles).values()))
    prober = Prober(service.site, key, article.title, article.solution)
    broken = Counter[str]()
    with going(prober) as probing:
        probing.on_for(BEFORE_S)
        began_s = monotonic()
        broken += _tried(fault.begin)
        probing.on_for(LASTS_S)
        broken += _tried(fault.mend)
        mended_s = monotonic()
        probing.on_for(AFTER_S)
        while monotonic() - mended_s < RECOVERY_S and not _recovered(prober, mended_s):
            probing.on_for(1)
    during = [each for each in prober.seen if began_s <= each.at_s <= mended_s]
    broken += Counter(f"{each.asked}: {each.came}" for each in prober.seen if not each.clear)
    broken += Counter(
        f"{each.asked}: {each.came} before anything failed"
        for each in prober.seen
        if each.at_s + each.seconds < began_s and not each.fine
    )
    return FaultFound(
        name=fault.name,
        during=counted(during),
        slowest_s=max((each.seconds for each in during), default=0.0),
        recovery_s=recovery_s(prober.seen, mended_s=mended_s),
        broken=broken + _aftermath(service, key, prober, mended_s, chance),
    )


def _tried(work: Callable[[], None]) -> Counter[str]:
    try:
        work()
    except Broken as error:
        return Counter([str(error)])
    return Counter()


def _recovered(prober: Prober, mended_s: float) -> bool:
    return recovery_s(prober.seen, mended_s=mended_s) is not None


def _aftermath(
    service: Service, key: str, prober: Prober, mended_s: float, chance: random.Random
) -> Counter[str]:
    """What of the promises does not hold after a fault."""
    site, broken = service.site, Counter[str]()
    broken[f"not everything works again after {RECOVERY_S:.0f} s"] += not _recovered(
        prober, mended_s
    )
    try:
        service.check_alive()
        broken["acknowledged outcomes are missing"] += lost(site.port, key, prober.told)
        before = publish(site, sorted(visible(site.articles)), chance)
        broken["the next generation was not taken over"] += not taken_over(site, before)
    except Broken as error:
        broken[str(error)] += 1
    return broken + tracebacks(site.said())
