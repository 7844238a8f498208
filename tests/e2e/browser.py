"""Debian's Chromium over a service on a free port of this machine."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from fixpoint.connections import Connection
from fixpoint.serving import REQUEST_LINE_BYTES
from ingest.folder import ingest
from ingest.lint import lint
from kb import findings, taxonomy, vocabulary
from kb.casebook.keyring import Keyring
from kb.domain import Scope
from kb.settings import Settings
from kb.wiring import TAXONOMY, VOCABULARY, open_database, open_parts

CHROMIUM = shutil.which("chromium")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on the PATH")
LOCALES = {"zh": "zh-CN", "en": "en-US"}
_QUIET = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_STARTED_S = 30
_NO_COMPLAINTS = (
    "Failed to load resource: the server responded with a status of 4",
    "Autofocus processing was blocked",  # a test was quicker than the page
)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The service on a free port of this machine, and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=Connection,
        h11_max_incomplete_event_size=REQUEST_LINE_BYTES,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    deadline = time.monotonic() + _STARTED_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Look:
    """How somebody looks at pages."""

    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 800
    scripts: bool = True
    zone: str = "UTC"


@contextmanager
def reader(browser: Browser, address: str, lang: str = "zh", look: Look = Look()) -> Iterator[Page]:
    """A page of somebody who reads this language; what the browser complains of fails the test.

    That a page was answered with a refusal is no complaint.
    """
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[lang],
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": look.height},
        java_script_enabled=look.scripts,
        timezone_id=look.zone,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not [each for each in complaints if not each.startswith(_NO_COMPLAINTS)], complaints


def stocked(articles: Path, state: Path) -> Settings:
    """The settings of a service over a folder of articles, indexed and checked."""
    often = 100_000
    settings = Settings(
        articles=articles, state=state, search_per_minute=often, sign_in_per_minute=often
    )
    assert not ingest(open_parts(settings), articles).problems
    found = lint(articles, vocabulary.load(VOCABULARY), taxonomy.load(TAXONOMY))
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    findings.keep(state, Path("articles"), at, found)
    return settings


def a_key(settings: Settings, scope: Scope) -> str:
    """The text of a new key."""
    with closing(open_database(settings)) as database:
        made = Keyring(database).create("journey", scope, actor="test", at=datetime.now(UTC))
    return made.text


def sign_in(page: Page, key: str, path: str) -> None:
    """Go to a page of staff, and be let in by the key."""
    page.goto(path)
    page.locator("#key").fill(key)
    page.locator("main form button").click()
    page.wait_for_url(f"**{path}")


def violations(page: Page) -> list[str]:
    """What axe finds on a page: the rule, and where it is broken."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]
