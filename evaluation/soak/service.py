"""The service as a process of its own, that can be killed."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from time import monotonic, sleep

from evaluation.soak.client import Client
from evaluation.soak.promises import Broken
from evaluation.soak.site import Site

READY_S = 60.0
STOP_S = 30.0
LOOK_S = 0.01


class Service:
    """``fixpoint serve``, from its first moment on."""

    def __init__(self, site: Site) -> None:
        """Start it; it is not ready yet."""
        self.site = site
        with site.log.open("ab") as log:
            self._began = monotonic()
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                site.command("serve"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the process itself."""
        return self._process.pid

    def ready(self) -> float:
        """Wait until it can answer searches; return the seconds since it was started.

        Raises :class:`Broken` if it ends, or takes longer than :data:`READY_S`.
        """
        with closing(Client(self.site.port)) as client:
            while client.ask("GET", "/readyz").status != HTTPStatus.OK:
                self.check_alive()
                if monotonic() - self._began > READY_S:
                    raise Broken(f"the service was not ready after {READY_S:.0f} s")
                sleep(LOOK_S)
        return monotonic() - self._began

    def check_alive(self) -> None:
        """Raise :class:`Broken` if the process has ended by itself."""
        if self._process.poll() is not None:
            raise Broken(f"the service ended by itself ({self._process.returncode})")

    def kill(self) -> None:
        """End it at once, as a power failure would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end; kill it if it does not. One that has ended is left alone."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def serving(site: Site) -> Iterator[Service]:
    """A service that is ready; it has ended afterwards, whatever happens."""
    service = Service(site)
    try:
        service.ready()
        yield service
    finally:
        service.stop()
