"""Pictures of the pages for the documents: ``make screenshots`` writes them into docs/images."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from kb.domain import Scope
from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.browser import Look, a_key, chromium, reader, serving, sign_in, stocked
from tests.e2e.own_articles import ARTICLES

DESKTOP = Look(width=1100, height=900)
PHONE = Look("dark", width=390, height=844)
SYMPTOMS = {
    "zh": "iPhone 15 更新到一半报错 4013，系统是 iOS 18.1",
    "en": "iPhone update stops halfway with error 4013, iOS 18.1",
}
MISSING = {
    "zh": ["手表表带拆不下来", "投影仪有重影"],
    "en": ["projector hums", "e-reader ghosting"],
}


def customer(browser: Browser, address: str, lang: str, folder: Path) -> None:
    """Results, an article and its form, and the results on a phone in the dark."""
    with reader(browser, address, lang, DESKTOP) as page:
        for symptom in MISSING[lang]:
            page.goto(f"/?q={symptom}")
        page.goto(f"/?q={SYMPTOMS[lang]}&product=phone")
        _take(page, folder / f"results-{lang}.png")
        page.locator(".card h3 a").first.click()
        page.locator(".tick").first.check()
        page.locator("#outcome [value=not_solved]").check()
        page.locator("#outcome").scroll_into_view_if_needed()
        _take(page, folder / f"article-{lang}.png")
        page.locator("#outcome [value=solved]").check()
        page.locator("#outcome button").click()
    with reader(browser, address, lang, PHONE) as page:
        page.goto(f"/?q={SYMPTOMS[lang]}")
        _take(page, folder / f"phone-{lang}.png")


def staff(browser: Browser, address: str, settings: Settings, lang: str, folder: Path) -> None:
    """The agent's desk in the middle of a case, and the writer's."""
    with reader(browser, address, lang, DESKTOP) as page:
        sign_in(page, a_key(settings, Scope.ADMIN), "/agent")
        page.locator("#symptom").fill(SYMPTOMS[lang])
        page.locator(".ask button").click()
        page.locator("#solution-2 [value=not_solved]").click()
        page.locator("#solution-1 [value=solved]").click()
        page.goto(page.url.partition("#")[0])
        page.locator("#shortcuts").wait_for()
        page.keyboard.press("1")
        _take(page, folder / f"agent-{lang}.png")
        page.goto("/writer")
        _take(page, folder / f"writer-{lang}.png")


def _take(page: Page, file: Path) -> None:
    page.wait_for_load_state()
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=file)


def main() -> None:
    """Take them all, over our own articles and a casebook made for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for lang in SYMPTOMS:
        with TemporaryDirectory() as state, chromium() as browser:
            settings = stocked(ARTICLES, Path(state))
            with serving(create_app(settings)) as address:
                customer(browser, address, lang, folder)
                staff(browser, address, settings, lang, folder)


if __name__ == "__main__":
    main()
