"""What only a browser can tell of the pages, over articles that no writer would write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.browser import chromium, needs_browser, reader, serving
from tests.e2e.shelf import SCRIPT, Shelf, opener

pytestmark = needs_browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(state=tmp_path_factory.mktemp("state"), search_per_minute=100_000)
    with serving(create_app(settings, opener(Shelf()))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose browser speaks Chinese."""
    with reader(browser, address) as page:
        yield page


def test_a_customer_finds_the_steps_and_comes_back(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("4013")
    page.keyboard.press("Enter")

    expect(page.locator("mark")).to_have_text("4013")
    expect(page.get_by_text("未经验证")).to_be_visible()
    page.get_by_role("link", name="更新时提示错误 4013").click()
    expect(page.locator("#step-1")).to_have_css("background-color", "rgb(228, 241, 238)")
    page.get_by_role("link", name="返回搜索").click()
    expect(page.locator("#symptom")).to_have_value("4013")


def test_enter_that_confirms_an_ime_candidate_does_not_search(page: Page) -> None:
    page.goto("/")
    for event in ("{isComposing: true}", "{keyCode: 229}"):
        page.locator("#symptom").fill("gengxin")
        page.evaluate(
            "document.querySelector('#symptom').dispatchEvent(new KeyboardEvent('keydown', "
            f"{{...{event}, key: 'Enter', bubbles: true, cancelable: true}}))"
        )
    page.keyboard.press("Shift+Enter")

    expect(page).to_have_url(page.url.split("?")[0])
    expect(page.locator("#symptom")).to_have_value("gengxin\n")


def test_the_field_grows_with_what_is_written(page: Page) -> None:
    page.goto("/")
    field = page.locator("#symptom")
    before = field.evaluate("field => field.clientHeight")

    field.fill("第一行\n第二行\n第三行\n第四行\n第五行")

    assert field.evaluate("field => field.clientHeight > field.rows && field.rows") == 5
    assert field.evaluate("field => field.clientHeight") > before


def test_a_hostile_title_is_only_text(page: Page) -> None:
    page.goto("/?q=<script>")
    page.get_by_role("link", name=SCRIPT).click()
    expect(page.locator("h1")).to_have_text(SCRIPT)
    expect(page.locator("#main script, .body a[href^=javascript]")).to_have_count(0)
    page.locator("#outcome [value=partly]").check()
    page.locator("#note").fill(SCRIPT)
    page.locator("#outcome button").click()

    expect(page.locator(".thanks")).to_contain_text(SCRIPT)
    page.locator(".thanks a[href$='#outcome']").click()
    expect(page.locator("#note")).to_have_value(SCRIPT)


def test_the_language_is_chosen_once_and_leads_to_the_translation(page: Page) -> None:
    page.goto("/articles/zh/update-error-4013")
    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Error 4013 while updating")
    page.goto("/")
    expect(page.locator("#ask button")).to_have_text("Find a fix")


def test_the_keyboard_alone_reaches_everything(page: Page) -> None:
    page.goto("/?q=4013")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    for place in ("#symptom", "[name=product]", "[name=os]", "#ask button", "summary", ".card a"):
        page.keyboard.press("Tab")
        expect(page.locator(place).first).to_be_focused()
