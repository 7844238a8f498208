"""``fixpoint serve``: one process, one port."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from functools import partial
from time import monotonic
from types import FrameType

import uvicorn
from rich.console import Console

from fixpoint.connections import Connection
from kb.errors import KbError
from kb.settings import Settings
from kb.wiring import open_kb, serving_alone
from search_api.app import create_app
from search_api.draining import drain

logger = logging.getLogger(__name__)

REQUEST_LINE_BYTES = 128 * 1024
"""The search page puts the symptom into its address: 10,000 Chinese characters take 90 kB."""
STOP_S = 10
"""Requests in flight have so long to finish when the service stops."""
LOOK_S = 0.1
"""Time between looks for a second signal."""


class CannotListen(KbError):
    """The address or port that was asked for cannot be had."""


class Server(uvicorn.Server):
    """Takes leave before it stops: for a while it still answers, but says that it is going."""

    def __init__(
        self, config: uvicorn.Config, *, take_leave: Callable[[], None], drain_s: float
    ) -> None:
        super().__init__(config)
        self._take_leave, self._drain_s, self._hurried = take_leave, drain_s, False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second signal ends the wait."""
        self._hurried = self.should_exit
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that this process is going, wait, then finish what was begun and close."""
        logger.info("stopping, after %g s of leave: a second signal cuts it short", self._drain_s)
        self._take_leave()
        until = monotonic() + self._drain_s
        while not self._hurried and (left := until - monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_S))
        await super().shutdown(sockets)
        logger.info("stopped: nothing more is answered")


def serve(settings: Settings, out: Console) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises :class:`CannotListen` when the port is taken, :class:`kb.errors.IndexBusy` when the
    embedded index is served already, and :class:`kb.errors.CasebookUnavailable`.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # Uvicorn raises the signal again when it has stopped: without this, the process would then die
    # of it, and whoever started it would see a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        serving_alone(settings),
        closing(_listening(settings)) as listening,
        open_kb(settings) as kb,
    ):
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        out.print(f"Fixpoint answers at http://{shown}:{port} - stop with Ctrl-C.", markup=False)
        app = create_app(settings, lambda _: nullcontext(kb))
        config = uvicorn.Config(
            app,
            http=Connection,
            access_log=False,
            log_config=None,
            server_header=False,
            # Never what FORWARDED_ALLOW_IPS says: who is believed is ours to set.
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            limit_concurrency=settings.max_connections,
            timeout_graceful_shutdown=STOP_S,
            h11_max_incomplete_event_size=REQUEST_LINE_BYTES,
        )
        server = Server(config, take_leave=partial(drain, app), drain_s=settings.drain_s)
        server.run(sockets=[listening])
        if not server.started:
            sys.exit(3)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Unless the protocol is named, asyncio leaves Nagle's algorithm on: head and body of an answer
    # are two packets, and the second would wait 40 ms until the client acknowledges the first.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen()
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        advice = "another service runs there, stop it or choose FIXPOINT_PORT"
        raise CannotListen(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}): "
            f"{advice if taken else 'choose an address of this machine, FIXPOINT_HOST'}"
        ) from error
    return listening
