"""``fixpoint serve``, from its first line to its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from fixpoint.serving import _listening
from kb.settings import Settings
from tests.e2e.commands import CORE, ROOT, Told


@contextmanager
def service(port: str = "0") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "fixpoint", "serve", "--port", port],
        cwd=ROOT,
        env=os.environ | CORE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[3]


def test_serve_answers_until_it_is_told_to_stop(told: Told, articles: Path) -> None:
    assert articles.exists()
    told("ingest")
    with service() as process:
        url = address(process)
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            ready = answer.status
        process.send_signal(signal.SIGTERM)
        ended = process.wait(20)

    assert ready == 200
    assert ended == 0


def test_a_second_service_over_one_index_is_told_what_to_do(articles: Path) -> None:
    assert articles.exists()
    with service() as first:
        url = address(first)
        with service() as second:
            _, said = second.communicate(timeout=30)

    assert url.startswith("http://127.0.0.1:")
    assert second.returncode == 1
    assert f"process {first.pid} serves" in said
    assert "FIXPOINT_QDRANT_URL" in said


def test_a_port_that_is_taken_is_named(
    told: Told, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert articles.exists()
    with service() as first:
        port = address(first).rpartition(":")[2]
        monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path / "other"))
        code, said = told("serve", "--port", port)

    assert code == 1
    assert f":{port}" in said
    assert "FIXPOINT_PORT" in said


def test_a_service_without_its_casebook_says_so_and_never_seems_to_answer(
    told: Told, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert articles.exists()
    monkeypatch.setenv("FIXPOINT_CASEBOOK_URL", f"postgresql://x@/y?host={tmp_path}")

    code, said = told("serve", "--port", "0")

    assert code == 1
    assert "casebook" in said
    assert "answers at" not in said
    assert "Traceback" not in said


def test_head_and_body_of_an_answer_do_not_wait_for_each_other(articles: Path) -> None:
    """Only for a socket that names its protocol does asyncio switch Nagle's algorithm off."""
    settings = Settings(articles=articles, port=0)

    with closing(_listening(settings)) as listening:
        assert listening.proto == socket.IPPROTO_TCP
