"""``fixpoint serve``: one process, one port."""

from __future__ import annotations

import errno
import logging
import socket
from contextlib import closing

import uvicorn
from rich.console import Console

from kb.errors import KbError
from kb.settings import Settings
from kb.wiring import serving_alone
from search_api.app import create_app

REQUEST_LINE_BYTES = 128 * 1024
"""The search page puts the symptom into its address: 10,000 Chinese characters take 90 kB."""


class CannotListen(KbError):
    """The address or port that was asked for cannot be had."""


def serve(settings: Settings, out: Console) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises :class:`CannotListen` when the port is taken, and :class:`kb.errors.IndexBusy` when the
    embedded index is served already.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with serving_alone(settings), closing(_listening(settings)) as listening:
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        out.print(f"Fixpoint answers at http://{shown}:{port} - stop with Ctrl-C.", markup=False)
        config = uvicorn.Config(
            create_app(settings),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
            h11_max_incomplete_event_size=REQUEST_LINE_BYTES,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
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
