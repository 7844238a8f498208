"""Forms that are sent after their session is over, or under another one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from kb.domain import Scope
from tests.e2e.place import HTML, Place, cookies, fields, sign_in, token

WORDS = """屏幕<b>"黑"</b>了，
    客户说 iPhone’s screen is black"""


def test_a_form_sent_after_the_session_is_over_waits_until_its_sender_signed_in(
    place: Place, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, place.key(Scope.AGENT))
    form = {"csrf": token(client.get("/sign-in")), "symptom": WORDS, "case": ""}
    place.now += timedelta(hours=13)

    late = client.post("/agent", data=form, headers=HTML)
    wrong = client.post("/sign-in", data={**fields(late), "key": "wrong"}, headers=HTML)
    back = client.post("/sign-in", data={**fields(wrong), "key": place.key(Scope.AGENT)})
    taken = client.post(html_action(back), data=fields(back), headers=HTML)

    assert [each.status_code for each in (late, wrong, back, taken)] == [401, 401, 200, 200]
    assert "刚才填写的内容还在" in late.text
    assert fields(back).keys() == {"csrf", "symptom", "case"}
    assert "客户说 iPhone’s screen is black</dd>" in back.text
    assert taken.json() == f"asked {WORDS!r}"
    for each in (late, wrong, back):
        assert each.headers["cache-control"] == "no-store"
        assert "location" not in each.headers
        assert not [cookie for cookie in cookies(each) if "iPhone" in cookie]
    assert "iPhone" not in caplog.text


OURS = HTML | {"Origin": "http://kb.example"}
"""As a browser sends a form of a page of ours."""


@pytest.mark.parametrize("late", [False, True], ids=["the page itself", "its sign-in page"])
def test_a_form_of_a_tab_left_open_while_another_one_signed_in_waits_for_a_click(
    place: Place, client: TestClient, *, late: bool
) -> None:
    sign_in(client, place.key(Scope.AGENT))
    stale = token(client.get("/sign-in"))
    path, form = "/agent", {"csrf": stale, "symptom": WORDS}
    if late:
        place.now += timedelta(hours=13)
        page = client.post(path, data=form, headers=OURS)
        path, form = "/sign-in", {**fields(page), "key": place.key(Scope.AGENT)}
    sign_in(client, place.key(Scope.AGENT))

    asked = client.post(path, data=form, headers=OURS)
    taken = client.post(html_action(asked), data=fields(asked), headers=OURS)

    assert (asked.status_code, asked.headers["cache-control"]) == (403, "no-store")
    assert html_action(asked) == "/agent"
    assert fields(asked).keys() == {"csrf", "symptom"}
    assert fields(asked)["csrf"] != stale
    assert place.key(Scope.AGENT) not in asked.text
    assert (taken.status_code, taken.json()) == (200, f"asked {WORDS!r}")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/agent", {"Origin": "https://evil.example"}),
        ("/agent", {"Sec-Fetch-Site": "cross-site"}),
        ("/agent", {"Sec-Fetch-Site": "same-site", "Origin": "http://kb.example"}),
        ("/sign-in", {"Origin": "http://kb.example"}),
        ("/sign-out", {"Origin": "http://kb.example"}),
        ("/agent", {"Origin": "http://kb.example", "Accept": "application/json"}),
    ],
    ids=["other origin", "other site", "same site", "a key alone", "sign-out", "a program's"],
)
def test_what_no_click_can_mend_of_an_old_form_is_refused_without_its_words(
    place: Place, client: TestClient, path: str, headers: dict[str, str]
) -> None:
    sign_in(client, place.key(Scope.AGENT))

    refused = client.post(
        path, data={"csrf": "0" * 64, "key": "words", "next": "/words"}, headers=HTML | headers
    )

    assert refused.status_code == 403
    assert "words" not in refused.text
    assert client.get("/agent", headers=HTML).json() == "welcome"


def html_action(page: Response) -> str:
    found = re.search(r'<form class="sign-in" action="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.mark.parametrize(
    ("headers", "words"),
    [({"Origin": "https://evil.example"}, "x"), ({}, "x" * 62_000), ({}, "")],
    ids=["of another site", "too long to hand on", "empty"],
)
def test_what_is_not_kept_of_a_late_form_leads_to_a_plain_sign_in(
    place: Place, client: TestClient, headers: dict[str, str], words: str
) -> None:
    sent = {"symptom": words} if words else {}

    late = client.post("/agent", data=sent, headers=HTML | headers)
    back = sign_in(client, place.key(Scope.AGENT))

    assert late.status_code == 401
    assert fields(late).keys() == {"csrf", "next"}
    assert back.headers["location"] == "/agent"


@pytest.mark.parametrize(
    "unsent", ["x", "{}", '{"path": "//evil.example", "fields": []}', '{"path": 1, "fields": []}']
)
def test_what_was_not_kept_by_us_is_not_sent_again(
    place: Place, client: TestClient, unsent: str
) -> None:
    response = sign_in(client, place.key(Scope.AGENT), unsent=unsent)

    assert (response.status_code, response.headers["location"]) == (303, "/agent")
