"""An agent's way through a chat: the customer's words, a key per verdict, the case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.browser import a_key, reader, sign_in

SYMPTOMS = {
    "zh": "客户说手机更新到一半就停了，电脑上提示 4013",
    "en": "the update stops halfway and the computer shows error 4013",
}
SAID = {
    "zh": ("目前：没解决", "目前：解决了", "已解决", "重新打开"),
    "en": ("Now: Not solved", "Now: Solved", "Solved", "Reopened"),
}


@contextmanager
def at_the_desk(browser: Browser, address: str, settings: Settings, lang: str) -> Iterator[Page]:
    """An agent who has looked something up."""
    with reader(browser, address, lang) as page:
        sign_in(page, a_key(settings, Scope.AGENT), "/agent")
        page.locator("#symptom").fill(SYMPTOMS[lang])
        page.locator(".ask button").click()
        yield page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_agent_records_what_was_tried_by_single_keys(
    browser: Browser, address: str, settings: Settings, lang: str
) -> None:
    not_solved, solved, state, reopened = SAID[lang]
    with at_the_desk(browser, address, settings, lang) as page:
        expect(page.locator(".selected")).to_have_id("solution-1")
        assert SYMPTOMS[lang][:4] not in page.url
        page.keyboard.press("2")
        expect(page.locator(".selected")).to_have_id("solution-2")
        page.keyboard.press("n")
        expect(page.locator("#solution-2")).to_contain_text(not_solved)
        expect(page.locator(".selected")).to_have_id("solution-2")
        page.keyboard.press("1")
        page.keyboard.press("s")
        expect(page.locator("#solution-1")).to_contain_text(solved)
        expect(page.locator(".lines li")).to_have_count(2)
        expect(page.locator(".history .state")).to_have_text(state)

        page.locator(".mend summary").first.click()
        page.locator(".mend").first.locator("select").select_option("partly")
        page.locator(".mend .second").first.click()
        expect(page.locator(".lines li")).to_have_count(3)
        expect(page.locator(".lines .gone")).to_have_count(1)
        page.locator(".history > form button").click()
        expect(page.locator(".history .state")).to_have_text(reopened)


def test_keys_do_nothing_while_an_agent_types_or_composes(
    browser: Browser, address: str, settings: Settings
) -> None:
    with at_the_desk(browser, address, settings, "zh") as page:
        expect(page.locator(".selected")).to_have_id("solution-1")
        page.locator("#solution-1 [name=note]").type("s 2 n")
        page.locator("#symptom").press("3")
        page.locator("h1").click()
        for event in ("{isComposing: true}", "{keyCode: 229}", "{ctrlKey: true}"):
            page.evaluate(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', "
                f"{{...{event}, key: 's', bubbles: true, cancelable: true}}))"
            )

        expect(page.locator(".selected")).to_have_id("solution-1")
        expect(page.locator(".now")).to_have_count(0)
        expect(page.locator("#solution-1 [name=note]")).to_have_value("s 2 n")


def test_internal_text_is_marked_and_only_public_articles_have_a_link_to_give_away(
    browser: Browser, address: str, settings: Settings
) -> None:
    with at_the_desk(browser, address, settings, "zh") as page:
        first = page.locator("#solution-1")
        first.locator("summary").click()

        expect(first.locator("aside.internal .mark")).to_have_text("仅内部可见，不要发给客户")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        first.locator(".copy").click()
        expect(first.locator(".copy")).to_have_text("已复制")
        copied = page.evaluate("navigator.clipboard.readText()")

    with reader(browser, address) as page:
        page.goto(copied)
        expect(page.locator("h1")).to_contain_text("4013")
        expect(page.locator("aside.internal")).to_have_count(0)


def test_a_named_case_is_found_again_by_its_number(
    browser: Browser, address: str, settings: Settings
) -> None:
    with at_the_desk(browser, address, settings, "zh") as page:
        page.locator("[name=case]").first.fill("CRM/2041")
        page.locator(".ask button").click()
        expect(page.locator(".history")).to_contain_text("还没有记录")
        page.locator("#solution-1 [name=note]").fill("换过线了")
        page.locator("#solution-1 [value=partly]").click()
        expect(page.locator(".lines li")).to_have_count(1)
        page.goto("/agent")
        page.locator("[name=case]").fill("CRM/2041")
        page.locator(".ask button").click()

        expect(page.locator(".lines li")).to_contain_text("换过线了")
        page.locator(".mend summary").click()
        page.locator(".mend .plain").click()
        expect(page.locator(".lines .gone")).to_contain_text("已撤回")


def test_the_desk_is_closed_to_others(browser: Browser, address: str, settings: Settings) -> None:
    with reader(browser, address) as page:
        page.goto("/agent?case=CRM-1")
        assert "/sign-in?next=" in page.url
        page.locator("#key").fill(a_key(settings, Scope.WRITER))
        page.locator("main form button").click()
        page.wait_for_url("**/agent?case=CRM-1")
        expect(page.locator(".suggestion, .ask")).to_have_count(0)
