from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.browser import CHROMIUM, chromium, serving, stocked
from tests.e2e.own_articles import few


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    if CHROMIUM is None:
        pytest.skip("no `chromium` on the PATH")
    folder = tmp_path_factory.mktemp("journeys")
    return stocked(few(folder / "articles"), folder / "state")


@pytest.fixture(scope="session")
def address(settings: Settings) -> Iterator[str]:
    with serving(create_app(settings)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each module: while one is open, no other loop runs in this thread."""
    if CHROMIUM is None:
        pytest.skip("no `chromium` on the PATH")
    with chromium() as browser:
        yield browser
