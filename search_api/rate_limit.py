"""How often one may ask: at most so many times in any minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from time import monotonic

WINDOW_S = 60.0
_IPV6_PREFIX = 64
"""One customer's network has so many fixed bits, and may choose the others freely (RFC 6177)."""


class RateLimits:
    """Counts hits by name within a moving window, in memory; each process counts for itself.

    What is over the limit is not counted. Memory is kept for names of the last minute only, and a
    hit takes constant time: both hold for any number of names. (The library ``limits`` 5.8 keeps
    every name for ever and looks through all of them in a new thread at nearly every hit.)
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Take the time, in seconds, from this clock."""
        self._clock = clock
        self._hits: dict[str, deque[float]] = {}
        self._lock = Lock()

    def wait_s(self, name: str, per_minute: int) -> float:
        """Count a hit: 0 if it may be, else the seconds after which one may be."""
        with self._lock:
            now = self._clock()
            self._forget(now - WINDOW_S)
            hits = self._hits.get(name, deque())
            while hits and hits[0] <= now - WINDOW_S:
                hits.popleft()
            if len(hits) >= per_minute:
                return hits[0] + WINDOW_S - now
            hits.append(now)
            # Taken out and put back: the names stay in the order of their last hits.
            self._hits.pop(name, None)
            self._hits[name] = hits
            return 0.0

    def __len__(self) -> int:
        """How many names are remembered."""
        return len(self._hits)

    def _forget(self, before: float) -> None:
        while self._hits:
            name = next(iter(self._hits))
            if self._hits[name][-1] > before:
                return
            del self._hits[name]


def network(host: str) -> str:
    """Whom an address is counted for: itself, or of IPv6 its network."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{int(address) >> (128 - _IPV6_PREFIX):x}/{_IPV6_PREFIX}"
