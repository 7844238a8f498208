"""The customer's pages in a real browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kb.settings import Settings
from search_api.app import create_app
from tests.e2e.shelf import Shelf, opener

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on the PATH")
QUIET = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    """The service on a free port of this machine, and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(Settings(), opener(shelf)), log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(Shelf()) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose browser speaks Chinese; whatever it complains of fails the test."""
    context = browser.new_context(base_url=address, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


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


def test_the_pages_work_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Describe the problem").fill("打印机")
    page.get_by_role("button", name="Find a fix").click()

    expect(page.get_by_text("In Chinese")).to_be_visible()
    page.get_by_role("link", name="打印机脱机").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("打印机脱机")
    context.close()


def test_the_language_is_chosen_once_and_leads_to_the_translation(page: Page) -> None:
    page.goto("/articles/zh/update-error-4013")
    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Error 4013 while updating")
    page.goto("/")
    expect(page.get_by_role("button")).to_have_text("Find a fix")


def test_the_keyboard_alone_reaches_everything(page: Page) -> None:
    page.goto("/?q=4013")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#symptom")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="更新时提示错误 4013")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/?q=4013", "/?q=nothing", "/articles/zh/update-error-4013"])
def test_nothing_is_cut_off_on_a_narrow_screen(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/?q=4013", "/?q=nothing", "/articles/zh/update-error-4013"])
def test_text_stands_out_from_what_is_behind_it(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)

    assert page.evaluate(LOW_CONTRAST) == []


LOW_CONTRAST = """() => {
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (let n = node; n; n = n.parentElement) {
      const color = parts(getComputedStyle(n).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || node.matches(".unseen")) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${texts.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""
"""Texts below the contrast of WCAG 2.2 AA (1.4.3), by its formula of relative luminance."""
