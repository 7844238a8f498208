"""The product from outside: its commands as processes, their time, memory and disk."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic, sleep

from kb.errors import KbError

MEGABYTE = 1_000_000
_PATIENCE_S = 120
_ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+")


@dataclass(frozen=True, slots=True)
class Run:
    """A command that ended well."""

    seconds: float
    peak_mb: float
    """Largest resident memory of any one of its processes."""
    printed: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers."""

    url: str
    pid: int
    start_s: float
    """From the start of its process to its first answer to a search."""

    def generation(self) -> str:
        """The name of what is served."""
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=_PATIENCE_S) as response:  # noqa: S310
            return str(json.load(response)["generation"])

    def memory_mb(self) -> float:
        """Resident memory now, mapped files of the index included."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / MEGABYTE


def command(*arguments: str, **settings: str) -> Run:
    """Run ``fixpoint`` to its end; raises :class:`kb.errors.KbError` with what it printed."""
    start = monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "fixpoint", *arguments],
        env=_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise KbError(f"fixpoint {' '.join(arguments)} failed: {printed.strip()}")
    return Run(monotonic() - start, usage.ru_maxrss * 1024 / MEGABYTE, printed)


@contextmanager
def service(**settings: str) -> Iterator[Service]:
    """A service on a free port, until the block ends; raises :class:`kb.errors.KbError`."""
    start = monotonic()
    with NamedTemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fixpoint", "serve"],
            env=_environment({"FIXPOINT_PORT": "0", "COLUMNS": "500", **settings}),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = _address(process, Path(log.name))
            _search(url)
            yield Service(url, process.pid, monotonic() - start)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_PATIENCE_S)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    while process.poll() is None:
        if found := _ADDRESS.search(log.read_text("utf-8")):
            return found.group()
        sleep(0.01)
    raise KbError(f"the service ended before it listened: {log.read_text('utf-8').strip()}")


def _search(url: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{url}/api/v1/search",
        json.dumps({"symptom": "无法连接 Wi-Fi"}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:  # noqa: S310
        response.read()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **settings}


def disk_mb(folder: Path) -> float:
    """What the files below a folder take on the disk; holes in them take nothing."""
    files = (each.stat() for each in folder.rglob("*") if each.is_file())
    return sum(file.st_blocks * 512 for file in files) / MEGABYTE
