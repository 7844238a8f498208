"""A session that ended while an agent typed, and a page that a key does not open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.browser import Look, a_key, reader, sign_in, violations

WORDS = {"zh": "手机更新到一半就停了，提示 4013", "en": "the update stops with error 4013"}
NARROW = Look(width=360)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_an_agent_typed_outlives_the_session(
    browser: Browser, address: str, settings: Settings, lang: str
) -> None:
    key = a_key(settings, Scope.AGENT)
    with reader(browser, address, lang) as page:
        sign_in(page, key, "/agent")
        page.locator("#symptom").fill(WORDS[lang])
        page.context.clear_cookies(name="fixpoint")
        page.locator(".ask button").click()

        assert WORDS[lang] not in page.url
        page.locator("#key").fill(key)
        page.locator("main form button").click()
        expect(page.locator(".unsent dd").last).to_have_text(WORDS[lang])
        assert violations(page) == []
        page.locator("main form button").click()

        expect(page.locator("#symptom")).to_have_value(WORDS[lang])
        expect(page.locator(".suggestion")).not_to_have_count(0)


def test_what_an_agent_typed_in_one_tab_outlives_signing_in_in_another(
    browser: Browser, address: str, settings: Settings
) -> None:
    key = a_key(settings, Scope.AGENT)
    with reader(browser, address) as page:
        sign_in(page, key, "/agent")
        page.locator("#symptom").fill(WORDS["zh"])
        page.context.clear_cookies(name="fixpoint")
        sign_in(page.context.new_page(), key, "/agent")
        page.locator(".ask button").click()
        expect(page.locator(".unsent dd")).to_have_text(["查找", WORDS["zh"]])
        page.locator("main form button").click()

        expect(page.locator("#symptom")).to_have_value(WORDS["zh"])
        expect(page.locator(".suggestion")).not_to_have_count(0)


def test_who_may_not_open_a_desk_is_led_to_another_one_or_key(
    browser: Browser, address: str, settings: Settings
) -> None:
    with reader(browser, address, "zh", NARROW) as page:
        sign_in(page, a_key(settings, Scope.WRITER), "/writer")
        page.goto("/agent?case=A-1")
        assert violations(page) == []

        page.locator("main a[href='/writer']").click()
        expect(page.locator("#outcomes")).to_be_visible()
        page.goto("/agent?case=A-1")
        page.locator("main form button").click()
        page.locator("#key").fill(a_key(settings, Scope.AGENT))
        page.locator("main form button").click()
        page.wait_for_url("**/agent?case=A-1")
