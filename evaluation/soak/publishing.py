"""A writer who saves an article and publishes it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic, sleep

from evaluation.soak.client import Client
from evaluation.soak.site import Site, visible

SWAP_S = 20.0
TAKEN_OVER_S = 10.0
"""A published generation answers within so long."""
LOOK_S = 0.1
_MARK = b"\n\nSoak revision "


def revise(articles: Sequence[Path], chance: random.Random) -> None:
    """Give one of these another last line, so that it has to be indexed again."""
    path = chance.choice(articles)
    text = path.read_bytes().partition(_MARK)[0]
    path.write_bytes(text + _MARK + f"{chance.getrandbits(32):08x}.\n".encode())


def publish(site: Site, articles: Sequence[Path], chance: random.Random) -> str:
    """Revise one of these and ingest; return the generation that was served before."""
    before = served(site)
    revise(articles, chance)
    site.run("ingest")
    return before


def served(site: Site) -> str:
    """The generation that the service answers from; empty if it does not say."""
    with closing(Client(site.port)) as client:
        return str(client.ask("GET", "/readyz").body.get("generation", ""))


def taken_over(site: Site, before: str) -> bool:
    """Whether another generation than this answers within :data:`TAKEN_OVER_S`."""
    until = monotonic() + TAKEN_OVER_S
    while served(site) in {before, ""}:
        if monotonic() > until:
            return False
        sleep(LOOK_S)
    return True


@dataclass(frozen=True, slots=True)
class Writer:
    """Publishes every :data:`SWAP_S` seconds and sees it taken over."""

    site: Site
    chance: random.Random
    broken: Counter[str] = field(default_factory=Counter)

    def __call__(self, stop: Event) -> None:
        """Go on until stopped."""
        articles = sorted(visible(self.site.articles))
        while not stop.wait(SWAP_S):
            before = publish(self.site, articles, self.chance)
            if not taken_over(self.site, before):
                self.broken["a published generation was not taken over"] += 1


@dataclass(slots=True)
class Publisher:
    """Publishes without pause, whether the service runs or not."""

    site: Site
    chance: random.Random
    published: int = field(default=0, init=False)

    def __call__(self, stop: Event) -> None:
        """Go on until stopped."""
        articles = sorted(visible(self.site.articles))
        while not stop.is_set():
            revise(articles, self.chance)
            self.site.run("ingest")
            self.published += 1
