from __future__ import annotations

import pytest
from starlette.requests import Request

from search_api.origin import foreign, own_path


def request(method: str, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    return Request({"type": "http", "method": method, "headers": raw})


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"sec_fetch_site": "same-origin"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "same-site"}, True),
        ({"sec_fetch_site": "cross-site"}, True),
        ({"sec_fetch_site": "nonsense"}, True),
        ({"sec_fetch_site": "cross-site", "origin": "https://kb.example"}, True),
        ({"origin": "https://kb.example"}, False),
        ({"origin": "http://KB.example"}, False),
        ({"origin": "https://kb.example:444"}, True),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "https://kb.example.evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "http://[broken"}, True),
    ],
)
def test_a_change_that_another_sites_page_asks_for_is_foreign(
    headers: dict[str, str], *, expected: bool
) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert foreign(request(method, host="kb.example", **headers)) is expected
    for method in ("GET", "HEAD", "OPTIONS"):
        assert not foreign(request(method, host="kb.example", **headers))


@pytest.mark.parametrize(
    "path", ["/", "/agent", "/agent?q=4013&case=A-1", "/articles/zh/桌面/打印", "/a//b", "/?x=//y"]
)
def test_an_address_of_ours_is_gone_on_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "agent",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/a\\b",
        "/a\x7f",
        "/a b",
    ],
)
def test_an_address_that_may_lead_elsewhere_is_not(text: str) -> None:
    assert own_path(text) == ""
