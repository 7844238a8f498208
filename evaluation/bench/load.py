"""HTTP under load, from a load tool in a process of its own: wrk, of Debian's packages."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.bench.timing import Timing
from kb.errors import KbError

_SCRIPT = Path(__file__).with_name("searches.lua")
_PERCENTILES = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of searching for some seconds."""

    clients: int
    latency: Timing
    per_second: float
    errors: int
    """Answers that were not 200, and requests without one."""


def searches(url: str, bodies: Sequence[object], *, clients: int, seconds: int) -> Load:
    """Search with so many clients at a time, each at once again, round the JSON bodies.

    Raises :class:`kb.errors.KbError` when wrk is not installed or fails.
    """
    if shutil.which("wrk") is None:
        raise KbError("no wrk: apt-get install wrk")
    with TemporaryDirectory() as folder:
        requests = Path(folder) / "bodies"
        lines = (json.dumps(body, ensure_ascii=False) for body in bodies)
        requests.write_text("\n".join(lines), "utf-8")
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s"]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [*command, "-s", str(_SCRIPT), f"{url}/api/v1/search", "--", str(requests)],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise KbError(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    return _load(json.loads(done.stdout.strip().splitlines()[-1]), clients)


def _load(found: dict[str, float], clients: int) -> Load:
    quantiles = [found[name] / 1000 for name in _PERCENTILES]
    return Load(
        clients=clients,
        latency=Timing(int(found["requests"]), *quantiles),
        per_second=found["requests"] / (found["duration"] / 1_000_000),
        errors=int(found["errors"]),
    )
