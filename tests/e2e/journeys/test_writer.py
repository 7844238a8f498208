"""A writer's look at what nobody found, what did not help and what to mend."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.browser import Look, a_key, reader, sign_in

UNHEARD_OF = {"zh": "蘑菇发酵桶漏液", "en": "sourdough starter overflows"}
CHECK = {"zh": "待核对", "en": "To check"}
FALSE = {"zh": "内容写错了", "en": "The information is wrong"}


def assert_told_by_the_clock_of_shanghai(page: Page) -> None:
    checked = page.locator("[aria-labelledby=findings] time")
    expect(checked).to_have_text("2026-03-02 17:30")
    expect(checked).to_have_attribute("title", "2026-03-02 09:30 UTC")
    for part in ("weak", "outcomes"):
        time = page.locator(f"[aria-labelledby={part}] time").first
        expect(time).to_have_attribute("title", re.compile(" UTC$"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_writer_sees_what_is_missing_and_what_was_called_wrong(
    browser: Browser, address: str, settings: Settings, lang: str
) -> None:
    for _ in range(2):
        with reader(browser, address, lang) as page:
            page.goto(f"/?q={UNHEARD_OF[lang]}")
            page.reload()
            expect(page.locator(".nothing")).to_be_visible()
    with reader(browser, address, lang) as page:
        page.goto("/?q=4013")
        page.locator(".card h3 a").first.click()
        title = page.locator("h1").inner_text()
        page.locator("#outcome [value=not_solved]").check()
        page.get_by_label(FALSE[lang]).check()
        page.locator("#outcome button").click()
        page.wait_for_url("**/thanks/**")

    with reader(browser, address, lang, Look(zone="Asia/Shanghai")) as page:
        sign_in(page, a_key(settings, Scope.WRITER), "/writer")

        row = page.get_by_role("row", name=UNHEARD_OF[lang])
        expect(row.locator(".count")).to_have_text("2")
        first = page.locator("[aria-labelledby=outcomes] tbody tr").first
        expect(first).to_contain_text(title)
        expect(first).to_contain_text(CHECK[lang])
        said = page.locator("[aria-labelledby=outcomes] .objections li").first
        expect(said).to_contain_text(FALSE[lang])
        assert_told_by_the_clock_of_shanghai(page)
        row.get_by_role("link").click()
        expect(page.locator("#symptom")).to_have_value(UNHEARD_OF[lang])
