"""What every test relies on."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let processes that tests start be interrupted, even where a shell ignores Ctrl-C for us."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
