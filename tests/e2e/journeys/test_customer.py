"""A customer's way from a symptom to "solved", in a real browser over the real articles."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import reader

SMALLEST_TARGET = 24
"""CSS pixels. Source: WCAG 2.2, criterion 2.5.8."""


@dataclass(frozen=True)
class Telling:
    """What one customer types and reads."""

    lang: str
    symptom: str
    offered: str
    stated: str
    unclear: str
    sorry: str
    glad: str
    log: str
    code: str
    invited: str


ZH = Telling(
    lang="zh",
    symptom="手机更新到一半报错 4013，系统是 iOS 18.1",
    offered="只看适用于手机的办法",
    stated="取消限定：手机",
    unclear="写得不清楚，做不下去",
    sorry="抱歉没能帮上忙",
    glad="太好了，问题解决了",
    log="10:02 restore 失败\n10:03 错误 4013\n",
    code="错误代码 4013",
    invited="描述我的问题",
)
EN = Telling(
    lang="en",
    symptom="My iPhone update stops halfway with error 4013",
    offered="Only show fixes for Phone",
    stated="Remove: Phone",
    unclear="The steps are unclear",
    sorry="Sorry this didn’t help",
    glad="Great, we’re glad it’s solved",
    log="10:02 restore failed\n10:03 error 4013\n",
    code="Error 4013",
    invited="Describe my problem",
)


@pytest.mark.parametrize("telling", [ZH, EN], ids=["zh", "en"])
def test_a_customer_finds_a_solution_tries_it_and_says_what_it_did(
    browser: Browser, address: str, telling: Telling
) -> None:
    with reader(browser, address, telling.lang) as page:
        page.goto("/")
        page.keyboard.type(telling.symptom)
        page.keyboard.press("Enter")
        page.get_by_role("link", name=telling.offered).click()
        expect(page.get_by_role("link", name=telling.stated)).to_be_visible()
        assert "product=phone" in page.url
        results = page.url

        article = page.locator(".card h3 a").first
        title = article.inner_text()
        assert "4013" in title
        article.click()
        tick_the_first_step(page)
        see_an_article_behind_it(page, results)
        say(page, "not_solved", telling.unclear)

        expect(page.get_by_text(telling.sorry)).to_be_visible()
        expect(page.locator(".thanks")).to_contain_text(title)
        expect(page.locator(".thanks .card").first).not_to_contain_text(title)
        page.locator(".thanks a[href$='#outcome']").click()
        expect(page.get_by_label(telling.unclear)).to_be_checked()
        say(page, "solved")
        expect(page.get_by_text(telling.glad)).to_be_visible()


def tick_the_first_step(page: Page) -> None:
    """Tick it, and see that it stays ticked in this tab."""
    page.locator(".tick").first.wait_for()
    page.wait_for_load_state()  # what keeps it may come after the box
    page.locator(".tick").first.check()
    page.reload()
    expect(page.locator(".tick").first).to_be_checked()
    expect(page.locator(".tick").nth(1)).not_to_be_checked()


def see_an_article_behind_it(page: Page, results: str) -> None:
    """Follow a link of the article, and see that the search is not forgotten there."""
    article = page.url
    page.locator(".body a[href^='/articles/']").first.click()
    expect(page.locator("#outcome")).to_be_visible()
    assert page.url.partition("?")[0] != article.partition("?")[0]
    assert page.locator("#back").evaluate("link => link.href") == results
    page.goto(article)


def say(page: Page, verdict: str, complaint: str = "") -> None:
    page.locator(f"#outcome [value={verdict}]").check()
    for each in ("partly", "not_solved"):
        expect(page.locator(f"#outcome .{each}")).to_be_visible(visible=each == verdict)
    if complaint:
        page.get_by_label(complaint).check()
    page.locator("#outcome button").click()
    page.wait_for_url("**/thanks/**")


@pytest.mark.parametrize("telling", [ZH, EN], ids=["zh", "en"])
def test_error_codes_are_read_out_of_a_pasted_log_and_can_be_taken_away(
    browser: Browser, address: str, telling: Telling
) -> None:
    with reader(browser, address, telling.lang) as page:
        page.goto("/")
        page.locator("#symptom").fill("iTunes")
        page.locator("details.log summary").click()
        page.locator("#log").fill("nothing to see here")
        page.locator("#log-form button").click()
        expect(page.locator("#log-flaw")).to_be_visible()
        expect(page.locator("#log")).to_have_value("nothing to see here")
        page.locator("#log").fill(telling.log)
        page.locator("#log-form button").click()

        chip = page.locator(".chip.on")
        expect(chip).to_contain_text(telling.code)
        expect(page.locator("#symptom")).to_have_value("iTunes")
        expect(page.locator(".card").first).to_contain_text("4013")
        assert "10%3A0" not in page.url
        chip.click()
        expect(chip).to_have_count(0)


def test_the_box_of_a_step_is_large_enough_to_hit(browser: Browser, address: str) -> None:
    with reader(browser, address) as page:
        page.goto("/articles/zh/update-error-4013")
        box = page.locator(".tick").first.bounding_box()

    assert box
    assert min(box["width"], box["height"]) >= SMALLEST_TARGET


def test_what_is_too_long_is_said_at_the_field(browser: Browser, address: str) -> None:
    with reader(browser, address) as page:
        page.goto("/")
        page.locator("#symptom").evaluate("field => field.removeAttribute('maxlength')")
        page.locator("#symptom").fill(typed := "长" * 5_000 + "long " * 1_000 + "!")
        page.locator("#ask button").click()

        expect(page.locator("#flaw")).to_contain_text("一万字")
        expect(page.locator("#symptom")).to_have_value(typed)


@pytest.mark.parametrize("telling", [ZH, EN], ids=["zh", "en"])
def test_somebody_elses_search_offers_no_form(
    browser: Browser, address: str, telling: Telling
) -> None:
    with reader(browser, address, telling.lang) as page:
        page.goto(f"/?q={telling.symptom}")
        page.locator(".card h3 a").first.click()
        expect(page.locator("#outcome")).to_be_visible()
        link = page.url

    with reader(browser, address, telling.lang) as page:
        page.goto(link)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("#outcome")).to_have_count(0)
        expect(page.get_by_role("link", name=telling.invited)).to_be_visible()
