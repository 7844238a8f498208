"""Connections that do not wait for ever: uvicorn limits only the pause between two requests."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0
"""A request's head is complete so long after the connection was opened or its first byte came."""
DRAIN_S = 30.0
"""A client takes 64 kB of an answer, or the rest of the last one, in that time."""


class Connection(H11Protocol):
    """Cuts off clients that send the head of a request, or take the answer, too slowly.

    Without this, a few thousand idle sockets ("slowloris") keep everybody else out. The body has a
    limit of its own, :class:`search_api.body_timeout.BodyTimeout`.
    """

    head_s = HEAD_S
    drain_s = DRAIN_S
    _head: asyncio.TimerHandle | None = None
    _drain: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, but not for long."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; the clock of a head runs from its first byte to its last."""
        super().data_received(data)
        self._await_head()

    def on_response_complete(self) -> None:
        """Go on to the next request, or close when the client has taken the whole answer."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_reader()

    def pause_writing(self) -> None:
        """The client takes its answer more slowly than it is made: give it a while."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """The client took enough to go on."""
        self._stop_drain()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; what the client has still not taken by then gets a while."""
        super().timeout_keep_alive_handler()
        self._await_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clocks."""
        super().connection_lost(exc)
        self._stop_head()
        self._stop_drain()

    def _await_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_head()
        elif self._head is None:
            self._head = self.loop.call_later(self.head_s, self.transport.abort)

    def _await_reader(self) -> None:
        if self._drain is None:
            self._drain = self.loop.call_later(self.drain_s, self.transport.abort)

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _stop_drain(self) -> None:
        if self._drain is not None:
            self._drain.cancel()
            self._drain = None
