"""Whose word on a client's address is believed, by a service that really listens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from pydantic import ValidationError

from kb.settings import Settings

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def served(state: Path, trusted: str) -> Iterator[int]:
    """The port of a service that lets an address try to sign in once a minute."""
    settings = {
        "FIXPOINT_STATE": str(state),
        "FIXPOINT_PORT": "0",
        "FIXPOINT_SIGN_IN_PER_MINUTE": "1",
        "FIXPOINT_TRUSTED_PROXIES": trusted,
        # What uvicorn would read by itself.
        "FORWARDED_ALLOW_IPS": "*",
    }
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "fixpoint", "serve"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        found = re.search(r":(\d+) - stop", process.stdout.readline())
        assert found
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(20)
        process.communicate()


def statuses(port: int, forwarded: list[str]) -> list[int]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    found = []
    for address in forwarded:
        connection.request("POST", "/sign-in", headers={"X-Forwarded-For": address})
        response = connection.getresponse()
        response.read()
        found.append(response.status)
    connection.close()
    return found


@pytest.mark.parametrize(
    ("trusted", "expected"), [("", [403, 429]), ("127.0.0.0/8, ::1", [403, 403])]
)
def test_only_a_trusted_proxy_says_whose_request_it_hands_on(
    tmp_path: Path, trusted: str, expected: list[int]
) -> None:
    with served(tmp_path, trusted) as port:
        assert statuses(port, ["198.51.100.1", "198.51.100.2"]) == expected


@pytest.mark.parametrize(
    "trusted", ["proxy.internal", "10.0.0.0/40", "10.0.0.1/8", "10.0.0.1;::1", "*, ::1"]
)
def test_a_proxy_that_would_never_be_recognised_is_refused(trusted: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=trusted)
