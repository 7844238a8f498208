from __future__ import annotations

import pytest

from search_api.negotiation import preferred

FORMS = ("application/json", "text/html", "text/markdown")
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        (CHROMIUM, "text/html"),
        ("text/*", "text/html"),
        ("text/html;q=0, text/*;q=0.5", "text/markdown"),
        ("text/html; level=1; q=0.4, application/json;q=0.5", "application/json"),
        ("TEXT/Markdown", "text/markdown"),
        ("image/png", "application/json"),
        (";;q=,q=x;q=9,,text/html;q=nan", "application/json"),
        ("text/html;q=٣", "application/json"),
        ("a," * 100_000 + "text/html", "application/json"),
    ],
)
def test_the_form_is_the_one_the_client_likes_best(accept: str, form: str) -> None:
    assert preferred(accept, FORMS) == form


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "zh"),
        ("*", "zh"),
        ("zh-TW,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh-CN;q=0.8", "en"),
        ("en-US;q=1, en;q=0.5, zh;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.5", "en"),
        ("fr", "zh"),
    ],
)
def test_the_language_is_the_one_the_reader_likes_best(header: str, lang: str) -> None:
    assert preferred(header, ("zh", "en")) == lang
