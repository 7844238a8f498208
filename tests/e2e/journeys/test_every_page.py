"""What holds for every page: axe finds nothing, nothing is cut off, no page needs JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.browser import Look, a_key, reader, sign_in, violations

SYMPTOMS = {"zh": "更新到一半报错 4013，系统是 iOS 18", "en": "iPhone update error 4013, iOS 18"}
NARROW, WIDE = 360, 1280
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def to_results(page: Page, lang: str) -> None:
    page.goto(f"/?q={SYMPTOMS[lang]}&product=phone")


def to_article(page: Page, lang: str) -> None:
    to_results(page, lang)
    page.locator(".card h3 a").first.click()


def to_thanks(page: Page, lang: str) -> None:
    to_article(page, lang)
    page.locator("#outcome [value=partly]").check()
    page.locator("#outcome button").click()


def to_bad_log(page: Page, lang: str) -> None:
    to_results(page, lang)
    page.locator("details.log summary").click()
    page.locator("#log").fill("-")
    page.locator("#log-form button").click()


def to_refused_key(page: Page, _: str) -> None:
    page.goto("/sign-in?next=/agent")
    page.locator("#key").fill("wrong")
    page.locator("main form button").click()


def to_verdict(page: Page, lang: str) -> None:
    page.locator("#symptom").fill(SYMPTOMS[lang])
    page.locator(".ask button").click()
    page.locator("#solution-2 [value=not_solved]").click()
    page.locator("#solution-1 [value=solved]").click()
    page.locator("#solution-1 summary").click()
    page.locator(".mend summary").first.click()


Way = Callable[[Page, str], object]
CUSTOMERS: Mapping[str, Way] = {
    "home": lambda page, _: page.goto("/"),
    "results": to_results,
    "log": to_bad_log,
    "none": lambda page, _: page.goto("/?q=zzgrbl"),
    "article": to_article,
    "thanks": to_thanks,
    "missing": lambda page, _: page.goto("/articles/zh/no-such"),
    "sign-in": to_refused_key,
}
STAFF: Mapping[str, Way] = {
    "agent": lambda page, _: page.goto("/agent"),
    "verdict": to_verdict,
    "writer": lambda page, _: page.goto("/writer"),
}
LOOKS = [
    *(("zh", Look(scheme, width)) for width in (WIDE, NARROW) for scheme in SCHEMES),
    ("en", Look("light", NARROW)),
    ("en", Look("dark", WIDE)),
]
UNSCRIPTED = Look(scripts=False)


def flaws(page: Page) -> list[str]:
    """What is wrong with a page as it stands, or an empty list."""
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return violations(page) + (["wider than the window"] if too_wide else [])


def found(pages: Mapping[str, Way], page: Page, lang: str) -> dict[str, list[str]]:
    wrong = {}
    for name, go in pages.items():
        go(page, lang)
        page.wait_for_load_state()
        wrong[name] = flaws(page)
    return {name: each for name, each in wrong.items() if each}


def test_a_page_that_shuts_somebody_out_is_noticed(browser: Browser, address: str) -> None:
    with reader(browser, address, "zh", Look(width=NARROW)) as page:
        page.goto("/")
        page.evaluate("document.querySelector('label[for=symptom]').remove()")
        page.evaluate("document.querySelector('#symptom').removeAttribute('placeholder')")
        page.evaluate("document.querySelector('h1').style.width = '400px'")

        rules = {each.partition(":")[0] for each in flaws(page)}

    assert {"label", "wider than the window"} <= rules


@pytest.mark.parametrize(
    ("lang", "look"), LOOKS, ids=[f"{lang}-{look.scheme}-{look.width}" for lang, look in LOOKS]
)
def test_no_page_shuts_anybody_out(
    browser: Browser, address: str, settings: Settings, lang: str, look: Look
) -> None:
    with reader(browser, address, lang, look) as page:
        assert found(CUSTOMERS, page, lang) == {}

    with reader(browser, address, lang, look) as page:
        sign_in(page, a_key(settings, Scope.ADMIN), "/agent")
        assert found(STAFF, page, lang) == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_works_without_javascript(
    browser: Browser, address: str, settings: Settings, lang: str
) -> None:
    with reader(browser, address, lang, UNSCRIPTED) as page:
        page.goto("/")
        page.locator("details.log summary").click()
        page.locator("#log").fill("error 4013")
        page.locator("#log-form button").click()
        expect(page.locator(".chip.on")).to_contain_text("4013")
        page.locator("#symptom").fill(SYMPTOMS[lang])
        page.locator("[name=product]").first.select_option("phone")
        page.locator("#ask button").click()
        expect(page.locator(".chip.on")).to_have_count(2)
        to_thanks(page, lang)
        expect(page.locator(".thanks .card")).not_to_have_count(0)

    with reader(browser, address, lang, UNSCRIPTED) as page:
        sign_in(page, a_key(settings, Scope.ADMIN), "/agent")
        to_verdict(page, lang)
        expect(page.locator(".lines li")).to_have_count(3)
        expect(page.locator("#solution-1 .now")).to_be_visible()
        page.goto("/writer")
        expect(page.locator("h1")).to_be_visible()
        page.locator(".desks button").click()
        expect(page.locator(".desks")).to_have_count(0)
