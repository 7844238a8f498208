"""The served generation: swapped when another is published, closed after its last reader."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock, Thread

from kb.errors import IndexUnavailable, KbError
from kb.generation import Generation, open_current
from kb.index import Store

logger = logging.getLogger(__name__)


class Serving:
    """Readers finish on the generation that they began with; a new one serves those that follow.

    Safe to use from several threads.
    """

    def __init__(self, store: Store, accepts: Callable[[str], bool]) -> None:
        """Serve a store's generations whose name is accepted; open none yet."""
        self._store, self._accepts = store, accepts
        self._current: Generation | None = None
        self._readers: dict[str, int] = {}
        self._warned = ""
        self._changed, self._refreshing = Condition(), Lock()
        self._stopped = Event()

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The current generation, kept open meanwhile; raises :class:`IndexUnavailable`."""
        with self._changed:
            generation = self._current
            if generation is None:
                raise IndexUnavailable(
                    f"no index in {self._store.place}: run `fixpoint ingest` first"
                )
            self._readers[generation.name] = self._readers.get(generation.name, 0) + 1
        try:
            yield generation
        finally:
            with self._changed:
                self._readers[generation.name] -= 1
                self._changed.notify_all()

    def refresh(self) -> None:
        """Take over what the store serves now, if it is another generation.

        Returns after the old one's last reader left and it was closed. One thread at a time.
        """
        with self._refreshing:
            name = self._store.current()
            if name is None or name == self._served():
                return
            if not self._accepts(name):
                self._warn(
                    f"generation {name} was made by another encoder, vocabulary or version: run "
                    "`fixpoint ingest`, or restart if that was just done"
                )
                return
            opened = _opened(self._store)
            # Another may have been published in between: the next look deals with it.
            if opened is not None and opened.name == name:
                self._swap(opened)
            elif opened is not None:
                opened.close()

    def _served(self) -> str | None:
        return self._current.name if self._current is not None else None

    def _swap(self, opened: Generation) -> None:
        with self._changed:
            old, self._current = self._current, opened
            logger.info("serving generation %s", opened.name)
            if old is not None:
                self._changed.wait_for(lambda: not self._readers.get(old.name))
                self._readers.pop(old.name, None)
                old.close()

    @contextmanager
    def polling(self, every_s: float) -> Iterator[None]:
        """Look for a new generation every so many seconds, in a thread, until left."""
        thread = Thread(target=self._poll, args=(every_s,), name="generations", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()

    def close(self) -> None:
        """Close the served generation; later readers get :class:`IndexUnavailable`."""
        with self._changed:
            if self._current is not None:
                self._current.close()
                self._current = None

    def _poll(self, every_s: float) -> None:
        while not self._stopped.wait(every_s):
            try:
                self.refresh()
            except KbError as error:
                self._warn(f"no new generation is taken over: {error}")
            except Exception:
                # Without this thread the service would go on with old articles and say nothing.
                logger.exception("looking for a new generation failed")

    def _warn(self, message: str) -> None:
        """Log a message unless it was the last one: the next look finds the same."""
        if message != self._warned:
            logger.warning("%s", message)
            self._warned = message


def _opened(store: Store) -> Generation | None:
    found = open_current(store)
    if found is None:
        return None
    name, index = found
    try:
        return Generation(name, index)
    except BaseException:
        index.close()
        raise
