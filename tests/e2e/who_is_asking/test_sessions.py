"""Sessions: signing in and out, and the cookies that last meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from kb.domain import Scope
from kb.settings import Settings
from tests.e2e.place import HTML, Place, bearer, cookies, fields, sign_in, token


@pytest.mark.parametrize(
    ("scope", "home"),
    [
        (Scope.AGENT, "/agent"),
        (Scope.WRITER, "/writer"),
        (Scope.ADMIN, "/writer"),
    ],
)
def test_signing_in_leads_to_where_the_scope_works(
    place: Place, client: TestClient, scope: Scope, home: str
) -> None:
    response = sign_in(client, f" {place.key(scope)}\n")

    assert (response.status_code, response.headers["location"]) == (303, home)


@pytest.mark.parametrize(
    ("address", "onward"),
    [
        ("/agent?q=4013&case=A-1", "/agent?q=4013&case=A-1"),
        ("//evil.example", "/agent"),
        ("/\\evil.example", "/agent"),
        ("https://evil.example/", "/agent"),
        ("/\t/evil.example", "/agent"),
    ],
)
def test_signing_in_leads_on_to_an_address_of_ours_only(
    place: Place, client: TestClient, address: str, onward: str
) -> None:
    page = client.get("/sign-in", params={"next": address})
    response = sign_in(client, place.key(Scope.AGENT), next=address)

    assert response.headers["location"] == onward
    assert "evil" not in page.text


def test_who_opens_a_page_without_having_signed_in_is_sent_there_and_back(
    place: Place, client: TestClient
) -> None:
    response = client.get("/agent?q=屏幕&x=1", headers=HTML)
    assert response.status_code == 303
    asked = client.get(response.headers["location"], headers=HTML)
    onward = re.search(r'name="next" value="([^"]*)"', asked.text)
    assert onward

    back = sign_in(client, place.key(Scope.AGENT), next=onward[1].replace("&amp;", "&"))

    assert back.headers["location"] == "/agent?q=%E5%B1%8F%E5%B9%95&x=1"
    assert client.get("/agent", headers=HTML).json() == "welcome"


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "给程序查询用的密钥"), ("en", "This key is for programs that search")]
)
def test_a_key_that_opens_no_page_is_refused_at_the_door(
    place: Place, client: TestClient, lang: str, said: str
) -> None:
    client.cookies.set("lang", lang)

    response = sign_in(client, place.key(Scope.SEARCH))

    assert response.status_code == 403
    assert said in response.text
    assert "fixpoint" not in client.cookies
    assert place.deeds() == ["key-created", "sign-in-failed"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ("“客服”密钥", "“作者”密钥登录，密钥名称是“writer”", "打开作者台")),
        ("en", ("a key for agents", "the key “writer”, for writers", "Open the Writer desk")),
    ],
)
def test_who_may_not_open_a_page_is_told_why_and_where_to_go(
    place: Place, client: TestClient, lang: str, said: tuple[str, ...]
) -> None:
    sign_in(client, place.key(Scope.WRITER))
    client.cookies.set("lang", lang)

    refused = client.get("/agent?case=A-1", headers=HTML)
    left = client.post("/sign-out", data=fields(refused))

    assert refused.status_code == 403
    for each in said:
        assert each in refused.text
    assert ('href="/writer"' in refused.text, 'href="/agent"' in refused.text) == (True, False)
    assert left.headers["location"] == "/sign-in?next=%2Fagent%3Fcase%3DA-1"
    assert "fixpoint" not in client.cookies


def test_a_key_that_a_program_shows_cannot_sign_out(place: Place, client: TestClient) -> None:
    refused = client.get("/agent", headers=HTML | bearer(place.key(Scope.SEARCH)))

    assert refused.status_code == 403
    assert "程序查询" in refused.text
    assert 'action="/sign-out"' not in refused.text


@pytest.mark.parametrize(
    ("scheme", "name", "secure"), [("http", "fixpoint", False), ("https", "__Host-fixpoint", True)]
)
def test_the_cookies_are_out_of_reach_for_scripts_and_other_sites(
    place: Place, scheme: str, name: str, *, secure: bool
) -> None:
    client = place.client(scheme)
    visitor = cookies(client.get("/sign-in"))
    session = cookies(sign_in(client, place.key(Scope.AGENT)))

    for cookie, named in ((*visitor, f"{name}-visitor"), (*session, name)):
        assert cookie.startswith(f"{named}=")
        parts = {part.lower() for part in cookie.split("; ")}
        assert {"httponly", "samesite=lax", "path=/"} <= parts
        assert ("secure" in parts) is secure
        assert not [part for part in parts if part.startswith("domain")]
    assert "Max-Age=43200;" in session[0]
    assert "Max-Age=31536000;" in visitor[0]


def test_on_https_a_cookie_that_plain_http_could_plant_is_not_read(place: Place) -> None:
    plain = place.client("http")
    sign_in(plain, place.key(Scope.ADMIN))
    secure = place.client("https")
    secure.cookies.set("fixpoint", plain.cookies["fixpoint"])

    assert plain.get("/who").json()[0].startswith("key:")
    assert secure.get("/who").json()[0].startswith("anonymous:")


def test_a_session_ends_when_its_hours_are_over(place: Place) -> None:
    client = place.client(settings=Settings(session_hours=2))
    sign_in(client, place.key(Scope.AGENT))

    place.now += timedelta(hours=2) - timedelta(seconds=1)
    assert client.get("/agent").status_code == 200
    place.now += timedelta(seconds=1)
    assert client.get("/agent").status_code == 401
    assert client.get("/who").status_code == 200


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(
    place: Place, client: TestClient
) -> None:
    sign_in(client, place.key(Scope.AGENT))
    kept = client.cookies["fixpoint"]
    page = client.get("/sign-in")
    assert "密钥名称是“agent”" in page.text

    response = client.post("/sign-out", data={"csrf": token(page)})

    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "fixpoint" not in client.cookies
    client.cookies.set("fixpoint", kept)
    assert client.get("/agent").status_code == 401


def test_a_new_sign_in_ends_the_session_that_the_browser_had(
    place: Place, client: TestClient
) -> None:
    sign_in(client, place.key(Scope.ADMIN))
    kept = client.cookies["fixpoint"]
    sign_in(client, "wrong")
    assert client.get("/agent").status_code == 200

    sign_in(client, place.key(Scope.AGENT))

    assert client.get("/who").json()[0] == f"key:{place.keys[Scope.AGENT].key.id}"
    client.cookies.clear()
    client.cookies.set("fixpoint", kept)
    assert client.get("/agent").status_code == 401


@pytest.mark.parametrize(("lang", "flaw"), [("zh", "密钥不正确"), ("en", "That key is not right")])
def test_a_wrong_key_is_told_on_the_form_and_never_repeated(
    client: TestClient, lang: str, flaw: str
) -> None:
    client.get("/sign-in", params={"lang": lang})
    client.cookies.set("lang", lang)

    response = sign_in(client, "my-password", next="/agent?q=1")

    assert response.status_code == 401
    assert flaw in response.text
    assert 'value="/agent?q=1"' in response.text
    assert "my-password" not in response.text
    assert response.headers["cache-control"] == "no-store"
