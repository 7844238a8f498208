"""An agent's way through a chat: the customer's words, a key per verdict, the case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.browser import Look, a_key, reader, sign_in

SHANGHAI = timedelta(hours=8)
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
        expect(page.locator("#shortcuts")).to_be_visible()
        yield page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_agent_records_what_was_tried_by_single_keys(
    browser: Browser, address: str, settings: Settings, lang: str
) -> None:
    not_solved, solved, state, reopened = SAID[lang]
    with at_the_desk(browser, address, settings, lang) as page:
        assert SYMPTOMS[lang][:4] not in page.url
        page.keyboard.press("n")
        expect(page.locator("#shortcuts")).to_be_focused()
        expect(page.locator(".selected, .now")).to_have_count(0)
        page.keyboard.press("2")
        expect(page.locator(".selected")).to_have_id("solution-2")
        page.keyboard.press("n")
        expect(page.locator("#solution-2")).to_contain_text(not_solved)
        expect(page.locator(".selected")).to_have_id("solution-2")
        page.keyboard.press("1")
        page.keyboard.press("s")
        expect(page.locator("#solution-1")).to_contain_text(solved)
        expect(page.locator(".lines li")).to_have_count(3)
        expect(page.locator(".history .standing")).to_have_text(state)

        page.locator(".mend summary").first.click()
        page.locator(".mend").first.locator("select").select_option("partly")
        page.locator(".mend .second").first.click()
        expect(page.locator(".lines li")).to_have_count(4)
        expect(page.locator(".lines .gone")).to_have_count(1)
        page.locator(".history > form button").click()
        expect(page.locator(".history .standing")).to_have_text(reopened)


def test_keys_do_nothing_while_an_agent_types_or_composes(
    browser: Browser, address: str, settings: Settings
) -> None:
    with at_the_desk(browser, address, settings, "zh") as page:
        page.keyboard.press("1")
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
        first.locator("h3 a").click()
        expect(page.locator("aside.internal .mark")).to_have_text("仅内部可见，不要发给客户")
        page.locator("#back").click()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        first.locator(".copy").click()
        expect(first.locator(".copy")).to_have_text("已复制")
        copied = page.evaluate("navigator.clipboard.readText()")

    with reader(browser, address) as page:
        page.goto(copied)
        expect(page.locator("h1")).to_contain_text("4013")
        expect(page.locator("aside.internal")).to_have_count(0)


def test_an_article_leads_back_to_what_the_agent_looked_up(
    browser: Browser, address: str, settings: Settings
) -> None:
    with at_the_desk(browser, address, settings, "en") as page:
        page.locator("#solution-1 h3 a").click()
        expect(page.locator("#back")).to_have_text("Back to the agent desk")
        page.locator("#back").click()

        expect(page.locator("#symptom")).to_have_value(SYMPTOMS["en"])
        expect(page.locator(".suggestion")).not_to_have_count(0)


def test_a_named_case_is_found_again_by_its_number(
    browser: Browser, address: str, settings: Settings
) -> None:
    with at_the_desk(browser, address, settings, "zh") as page:
        page.locator("[name=case]").first.fill("CRM/2041")
        page.locator(".ask button").click()
        expect(page.locator(".history")).to_contain_text("还没有记录结果")
        page.locator("#solution-1 [name=note]").fill("换过线了")
        page.locator("#solution-1 [value=partly]").click()
        expect(page.locator(".lines li")).to_have_count(2)
        page.goto("/agent")
        page.locator("[name=case]").fill("CRM/2041")
        page.locator(".ask button").click()

        expect(page.locator(".lines li").last).to_contain_text("换过线了")
        page.locator(".again button").click()
        expect(page.locator("#symptom")).to_have_value(SYMPTOMS["zh"])
        page.locator(".mend summary").click()
        page.locator(".mend .plain").click()
        expect(page.locator(".lines .gone")).to_contain_text("已撤回")


def test_enter_looks_up_and_shift_enter_begins_a_line(
    browser: Browser, address: str, settings: Settings
) -> None:
    with reader(browser, address) as page:
        sign_in(page, a_key(settings, Scope.AGENT), "/agent")
        expect(page.locator("#keys")).to_have_text(
            re.compile("Ctrl [+] Enter.+查找，Shift [+] Enter")
        )
        page.locator("#symptom").fill("4013")
        page.locator("#symptom").press("Shift+Enter")
        expect(page.locator("#symptom")).to_have_value("4013\n")
        for case, keys in enumerate(("Enter", "Control+Enter", "Meta+Enter")):
            page.locator("[name=case]").first.fill(f"工单 E-{case}")
            page.locator("#symptom").press(keys)

            page.wait_for_url(f"**case=E-{case}")
            expect(page.locator(".suggestion").first).to_be_visible()


def test_an_agent_reads_times_by_their_own_clock(
    browser: Browser, address: str, settings: Settings
) -> None:
    with reader(browser, address, "zh", Look(zone="Asia/Shanghai")) as page:
        sign_in(page, a_key(settings, Scope.AGENT), "/agent")
        page.locator("[name=case]").fill("T-1")
        page.locator("#symptom").fill("4013")
        page.locator(".ask button").click()

        time = page.locator(".lines time")
        expect(time).to_have_attribute("title", re.compile(" UTC$"))
        told = (time.get_attribute("title") or "").removesuffix(" UTC")
        here = datetime.fromisoformat(time.inner_text())
        assert here - datetime.fromisoformat(told) == SHANGHAI


def test_the_desk_is_closed_to_others(browser: Browser, address: str, settings: Settings) -> None:
    with reader(browser, address) as page:
        page.goto("/agent?case=CRM-1")
        assert "/sign-in?next=" in page.url
        page.locator("#key").fill(a_key(settings, Scope.WRITER))
        page.locator("main form button").click()
        page.wait_for_url("**/agent?case=CRM-1")
        expect(page.locator(".suggestion, .ask")).to_have_count(0)
