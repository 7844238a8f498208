"""Work that goes on in threads while something else happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

Work = Callable[[Event], None]
"""What is done until the event is set, or a little longer."""


@dataclass(frozen=True, slots=True)
class Going:
    """Works that go on."""

    futures: tuple[Future[None], ...]

    def on_for(self, seconds: float) -> None:
        """Wait so long; raise the error of one that fails meanwhile at once."""
        for future in wait(self.futures, seconds, FIRST_EXCEPTION).done:
            future.result()


@contextmanager
def going(*works: Work) -> Iterator[Going]:
    """Let works go on, each in a thread; all have ended afterwards, and one's error is raised."""
    stop = Event()
    with ThreadPoolExecutor(len(works)) as pool:
        futures = tuple(pool.submit(work, stop) for work in works)
        try:
            yield Going(futures)
        finally:
            stop.set()
    for future in futures:
        future.result()
