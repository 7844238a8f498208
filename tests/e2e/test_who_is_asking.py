"""Who is asking: keys, sessions, visitors, forms and limits, as a client meets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Form
from fastapi.testclient import TestClient
from httpx2 import Response

from kb.casebook.acts import AuditLog
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring, NewKey
from kb.domain import Scope
from kb.settings import Settings
from search_api import admin, problems, sessions
from search_api.app import create_app
from search_api.csrf import Genuine
from search_api.deps import Caller, limited, needs
from search_api.identity import open_identity
from search_api.metrics import Metrics
from search_api.request_log import RequestLog
from search_api.templating import Templates
from search_api.visitors import VisitorCookie
from tests.e2e.shelf import Shelf, opener

HTML = {"Accept": "text/html"}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
VISITOR = re.compile(r"anonymous:[A-Za-z0-9_-]{22}")

desk = APIRouter()


@desk.get("/who")
@desk.post("/who")
def who(caller: Caller) -> list[str]:
    return [caller.actor, *sorted(caller.scopes)]


@desk.post("/agent", dependencies=[needs(Scope.AGENT), Genuine])
def ask(symptom: Annotated[str, Form()] = "") -> str:
    return f"asked {symptom!r}"


@desk.get("/agent", dependencies=[needs(Scope.AGENT)])
@desk.get("/api/v1/agent", dependencies=[needs(Scope.AGENT)])
def agents_only() -> str:
    return "welcome"


@desk.post("/form", dependencies=[Genuine])
def form() -> str:
    return "taken"


@desk.get("/often", dependencies=[limited("questions")])
def often() -> str:
    return "done"


@dataclass
class Place:
    """A service with nothing to search, on a clock that the test turns."""

    database: Database
    stack: ExitStack
    now: datetime = NOON
    keys: dict[Scope, NewKey] = field(default_factory=dict)

    def client(self, scheme: str = "http", settings: Settings | None = None) -> TestClient:
        app = self._app(settings or Settings())
        client = TestClient(
            app, f"{scheme}://kb.example", follow_redirects=False, client=("192.0.2.7", 5000)
        )
        return self.stack.enter_context(client)

    def key(self, scope: Scope) -> str:
        if scope not in self.keys:
            keyring = Keyring(self.database)
            self.keys[scope] = keyring.create(scope, scope, actor="cli:root", at=self.now)
        return self.keys[scope].text

    def deeds(self) -> list[str]:
        return [act.act for act in reversed(AuditLog(self.database).page(limit=100))]

    def _app(self, settings: Settings) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
            identity = open_identity(self.database, settings, lambda: self.now)
            yield {"identity": identity, "templates": Templates()}

        app = FastAPI(lifespan=lifespan)
        for router in (desk, sessions.router, admin.router):
            app.include_router(router)
        problems.install(app)
        app.add_middleware(VisitorCookie)
        app.add_middleware(RequestLog, Metrics())
        return app


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path / 'casebook.sqlite'}"
    with closing(Database(url)) as database, ExitStack() as stack:
        yield Place(database, stack)


@pytest.fixture
def client(place: Place) -> TestClient:
    return place.client()


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def token(page: Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


def sign_in(client: TestClient, key: str, **fields: str) -> Response:
    form = {"csrf": token(client.get("/sign-in")), "key": key, **fields}
    return client.post("/sign-in", data=form)


def cookies(response: Response) -> list[str]:
    return response.headers.get_list("set-cookie")


# Keys


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_says_who_is_asking(place: Place, client: TestClient, scope: Scope) -> None:
    response = client.get("/who", headers=bearer(place.key(scope)))

    scopes = set(Scope) if scope is Scope.ADMIN else {Scope.SEARCH, scope}
    assert response.json() == [f"key:{place.keys[scope].key.id}", *sorted(scopes)]
    assert cookies(response) == []


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer ", "Bearer admin", "Bearer fxp_aaaaaaaa_" + "A" * 43, "Basic YTpi", "x"],
)
def test_a_wrong_key_is_refused_even_where_none_is_needed(client: TestClient, shown: str) -> None:
    response = client.get("/who", headers={"Authorization": shown})

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["type"] == "urn:fixpoint:problem:not-signed-in"
    assert "A" * 43 not in response.text


def test_a_wrong_key_on_a_page_is_told_and_sent_nowhere(client: TestClient) -> None:
    response = client.get("/agent", headers=HTML | bearer("fxp_wrong"))

    assert response.status_code == 401
    assert "请先登录" in response.text


def test_a_revoked_key_and_its_session_end_with_the_next_request(
    place: Place, client: TestClient
) -> None:
    key = place.key(Scope.AGENT)
    assert sign_in(client, key).status_code == 303
    assert client.get("/agent").json() == "welcome"

    id_ = place.keys[Scope.AGENT].key.id
    revoked = client.delete(f"/api/v1/keys/{id_}", headers=bearer(place.key(Scope.ADMIN)))

    assert revoked.json()["revoked_at"] == "2026-11-01T12:00:00Z"
    assert client.get("/who", headers=bearer(key)).status_code == 401
    assert client.get("/agent").status_code == 401
    assert VISITOR.fullmatch(client.get("/who").json()[0])


@pytest.mark.parametrize(
    ("scope", "status"),
    [(None, 401), (Scope.SEARCH, 403), (Scope.WRITER, 403), (Scope.AGENT, 200), (Scope.ADMIN, 200)],
)
def test_a_route_lets_its_scope_through(
    place: Place, client: TestClient, scope: Scope | None, status: int
) -> None:
    headers = bearer(place.key(scope)) if scope else {}

    for path in ("/agent", "/api/v1/agent"):
        response = client.get(path, headers=headers)
        assert response.status_code == status
        assert ("www-authenticate" in response.headers) is (status == 401)
        assert status == 200 or "agent" in response.json()["detail"]


def test_nothing_else_in_a_request_says_who_is_asking(place: Place, client: TestClient) -> None:
    key = place.key(Scope.ADMIN)
    claims = {"X-Audience": "internal", "X-Scopes": "admin", "X-User": "root", "X-Api-Key": key}
    forged = {"fixpoint": key, "session": key, "__Host-fixpoint": key, "scopes": "admin"}
    query = {"key": key, "scopes": "admin", "actor": "key:root", "access_token": key}

    client.cookies.update(forged)
    response = client.post("/who", headers=claims, params=query, json=query)

    actor, *scopes = response.json()
    assert VISITOR.fullmatch(actor)
    assert scopes == ["search"]


def test_a_key_stands_over_a_session_and_a_session_over_a_visitor(
    place: Place, client: TestClient
) -> None:
    visitor = client.get("/who").json()[0]
    sign_in(client, place.key(Scope.AGENT))

    assert client.get("/who").json()[0] == f"key:{place.keys[Scope.AGENT].key.id}"
    with_key = client.get("/who", headers=bearer(place.key(Scope.WRITER))).json()
    assert with_key == [f"key:{place.keys[Scope.WRITER].key.id}", "search", "writer"]
    assert client.get("/who", headers=bearer("wrong")).status_code == 401

    client.cookies.delete("fixpoint")
    assert client.get("/who").json()[0] == visitor


# Sessions


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


WORDS = """屏幕<b>"黑"</b>了，
    客户说 iPhone’s screen is black"""


def fields(page: Response) -> dict[str, str]:
    """What the form in a page's main part sends, as a browser reads it."""
    main = page.text.partition("<main")[2]
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main)
    areas = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', main, re.DOTALL)
    return {name: unescape(value) for name, value in (*inputs, *areas)}


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


def test_every_act_is_in_the_audit_log_and_no_secret_is(place: Place, client: TestClient) -> None:
    key = place.key(Scope.ADMIN)
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    sign_in(client, "my-password")
    sign_in(client, wrong)
    sign_in(client, key)
    made = client.post("/api/v1/keys", json={"name": "客服台", "scope": "agent"}).json()
    client.delete(f"/api/v1/keys/{made['id']}")
    client.post("/sign-out", data={"csrf": token(client.get("/sign-in"))})

    log = client.get("/api/v1/audit", headers=bearer(key))

    admin = f"key:{place.keys[Scope.ADMIN].key.id}"
    seen = [(act["act"], act["object"]) for act in reversed(log.json()["acts"])]
    assert seen == [
        ("key-created", admin.removeprefix("key:")),
        ("sign-in-failed", ""),
        ("sign-in-failed", admin.removeprefix("key:")),
        ("signed-in", ""),
        ("key-created", made["id"]),
        ("key-revoked", made["id"]),
        ("signed-out", ""),
    ]
    actors = [act["actor"] for act in reversed(log.json()["acts"])]
    assert [actors[0], *actors[3:]] == ["cli:root", *[admin] * 4]
    assert all(VISITOR.fullmatch(actor) for actor in actors[1:3])
    for secret in ("my-password", key[13:], made["key"][13:]):
        assert secret not in log.text


# Forms


def test_a_form_of_our_page_is_taken(place: Place, client: TestClient) -> None:
    as_visitor = client.post("/form", data={"csrf": token(client.get("/sign-in"))})
    sign_in(client, place.key(Scope.AGENT))
    signed_in = client.post("/form", data={"csrf": token(client.get("/sign-in"))})

    assert as_visitor.json() == signed_in.json() == "taken"


def test_a_form_without_the_token_of_this_browser_is_refused(
    place: Place, client: TestClient
) -> None:
    other = place.client()
    stolen, before = token(other.get("/sign-in")), token(client.get("/sign-in"))
    sign_in(client, place.key(Scope.AGENT))

    for sent in ({}, {"csrf": ""}, {"csrf": "é"}, {"csrf": stolen}, {"csrf": before}):
        assert client.post("/form", data=sent).status_code == 403
    file = {"csrf": ("x.txt", token(client.get("/sign-in")).encode())}
    assert client.post("/form", files=file).status_code == 403
    assert client.post("/form", json={"csrf": token(client.get("/sign-in"))}).status_code == 403


def test_a_visitor_without_a_cookie_cannot_be_made_to_sign_in(place: Place) -> None:
    attacker = place.client()
    form = {"csrf": token(attacker.get("/sign-in")), "key": place.key(Scope.AGENT)}

    response = place.client().post("/sign-in", data=form)

    assert response.status_code == 403
    assert place.deeds() == ["key-created"]


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_another_sites_page_changes_nothing_with_our_cookies(
    place: Place, client: TestClient, headers: dict[str, str]
) -> None:
    sign_in(client, place.key(Scope.ADMIN))
    form = {"csrf": token(client.get("/sign-in"))}
    body = {"name": "x", "scope": "admin"}

    assert client.post("/form", data=form, headers=headers).status_code == 403
    assert client.post("/sign-out", data=form, headers=headers).status_code == 403
    assert client.post("/api/v1/keys", json=body, headers=headers).status_code == 403
    assert client.get("/agent", headers=headers).status_code == 200
    assert place.deeds() == ["key-created", "signed-in"]


def test_a_program_with_a_key_needs_no_token(place: Place, client: TestClient) -> None:
    headers = bearer(place.key(Scope.AGENT)) | {"Origin": "https://crm.example"}

    assert client.post("/form", headers=headers).json() == "taken"


# Visitors


def test_a_visitor_stays_the_same_and_is_nobody_else(place: Place, client: TestClient) -> None:
    first = client.get("/who")

    assert len(cookies(first)) == 1
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get("/who")
    assert again.json() == first.json()
    assert cookies(again) == []
    assert place.client().get("/who").json() != first.json()


def test_a_visitor_is_known_to_every_replica(place: Place, client: TestClient) -> None:
    replica = place.client()

    visitor = client.get("/who").json()
    replica.cookies.update(client.cookies)

    assert replica.get("/who").json() == visitor


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: "A" * 22 + value[22:],
        lambda value: value[:22],
        lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"),
        lambda _: "",
        lambda _: "é.é",
        lambda _: "x" * 4000,
    ],
)
def test_a_forged_cookie_makes_a_new_visitor(
    place: Place, client: TestClient, forge: Callable[[str], str]
) -> None:
    visitor = client.get("/who").json()[0]
    forged = forge(client.cookies["fixpoint-visitor"])
    header = {b"Cookie": f"fixpoint-visitor={forged}".encode("latin-1")}

    response = place.client().get("/who", headers=header)

    assert VISITOR.fullmatch(response.json()[0])
    assert response.json()[0] not in {visitor, "anonymous:" + "A" * 22}
    assert len(cookies(response)) == 1


# Limits


def test_who_asks_too_often_is_told_when_to_ask_again(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=3))
    client.get("/who")

    statuses = [client.get("/often").status_code for _ in range(4)]
    refused = client.get("/often")

    assert statuses == [200, 200, 200, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    page = client.get("/often", headers=HTML)
    assert f"请等 {page.headers['retry-after']} 秒再试" in page.text


def test_an_address_may_ask_ten_times_as_often_under_any_names(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1))

    statuses = []
    for _ in range(11):
        client.cookies.clear()
        statuses.append(client.get("/often").status_code)

    assert statuses == [200] * 10 + [429]


def test_a_key_may_ask_ten_times_as_often_as_a_visitor(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1))

    statuses = [
        client.get("/often", headers=bearer(place.key(Scope.AGENT))).status_code for _ in range(11)
    ]

    assert statuses == [200] * 10 + [429]


def test_no_key_is_kept_waiting_by_others_at_its_address(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1))
    search, agent, admin = map(place.key, (Scope.SEARCH, Scope.AGENT, Scope.ADMIN))

    used_up = [client.get("/often", headers=bearer(search)).status_code for _ in range(11)][-1]
    agents = client.get("/often", headers=bearer(agent)).status_code
    visitors = []
    for _ in range(11):
        client.cookies.clear()
        visitors.append(client.get("/often").status_code)
    admins = client.get("/often", headers=bearer(admin)).status_code
    sign_in(client, admin)
    in_a_session = [client.get("/often").status_code for _ in range(10)]

    assert (used_up, agents) == (429, 200)
    assert visitors == [200] * 10 + [429]
    assert admins == 200
    assert in_a_session == [200] * 9 + [429]


def test_who_asks_too_often_is_told_what_and_for_whom_it_counts(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1, sign_in_per_minute=1))

    def told(times: int, headers: dict[str, str] | None = None) -> str:
        answers = [client.get("/often", headers=headers).json() for _ in range(times)]
        return str(answers[-1]["detail"])

    client.get("/who")
    visitor = told(2)
    key = told(11, bearer(place.key(Scope.SEARCH)))
    guesser = told(11, bearer("wrong"))
    signing_in = [sign_in(client, "wrong") for _ in range(2)][-1]

    assert visitor.startswith("more than 1 questions in a minute by this visitor: try again in ")
    assert key.startswith("more than 10 questions in a minute with this key: try again in ")
    assert guesser.startswith("more than 10 questions in a minute from this address: try again")
    assert "more than 1 attempts to sign in in a minute from" in signing_in.json()["detail"]


def test_guessing_keys_is_limited_by_address(place: Place) -> None:
    client = place.client(settings=Settings(search_per_minute=1, sign_in_per_minute=2))

    guessed = [client.get("/often", headers=bearer("wrong")).status_code for _ in range(11)]
    tried = [sign_in(client, "wrong").status_code for _ in range(3)]

    assert guessed == [401] * 10 + [429]
    assert tried == [401, 401, 429]


def test_an_address_is_what_the_connection_says(place: Place) -> None:
    client = place.client(settings=Settings(sign_in_per_minute=1))

    statuses = []
    for number in range(3):
        client.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        statuses.append(sign_in(client, "wrong").status_code)

    assert statuses == [401, 429, 429]


# Administration


def test_a_key_is_made_once_and_works(place: Place, client: TestClient) -> None:
    headers = bearer(place.key(Scope.ADMIN))
    place.now += timedelta(seconds=1)

    made = client.post("/api/v1/keys", json={"name": "客服台", "scope": "agent"}, headers=headers)
    listed = client.get("/api/v1/keys", headers=headers)

    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    key = made.json()["key"]
    assert client.get("/agent", headers=bearer(key)).status_code == 200
    assert [each["name"] for each in listed.json()["keys"]] == ["admin", "客服台"]
    assert key[13:] not in listed.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "x", "scope": "root"},
        {"name": "", "scope": "agent"},
        {"name": " ", "scope": "agent"},
        {"name": "a\nb", "scope": "agent"},
        {"name": "x" * 101, "scope": "agent"},
        {"name": 1, "scope": "agent"},
        {"name": "x", "scope": "agent", "id": "aaaaaaaa"},
    ],
)
def test_a_key_of_another_form_is_not_made(
    place: Place, client: TestClient, body: dict[str, object]
) -> None:
    response = client.post("/api/v1/keys", json=body, headers=bearer(place.key(Scope.ADMIN)))

    assert response.status_code == 422
    assert place.deeds() == ["key-created"]


@pytest.mark.parametrize("key", ["aaaaaaaa", "x" * 5000, "%00", "钥匙"])
def test_a_key_that_does_not_exist_is_not_found(place: Place, client: TestClient, key: str) -> None:
    response = client.delete(f"/api/v1/keys/{key}", headers=bearer(place.key(Scope.ADMIN)))

    assert response.status_code == 404
    assert response.json()["type"] == "urn:fixpoint:problem:unknown-key"


@pytest.mark.parametrize("scope", [None, Scope.SEARCH, Scope.AGENT, Scope.WRITER])
def test_only_administrators_see_keys_and_the_log(
    place: Place, client: TestClient, scope: Scope | None
) -> None:
    headers = bearer(place.key(scope)) if scope else {}
    status = 403 if scope else 401

    for method, path in (
        ("GET", "keys"),
        ("POST", "keys"),
        ("DELETE", "keys/aaaaaaaa"),
        ("GET", "audit"),
    ):
        assert client.request(method, f"/api/v1/{path}", headers=headers).status_code == status


def test_the_log_is_read_page_by_page(place: Place, client: TestClient) -> None:
    headers = bearer(place.key(Scope.ADMIN))
    for number in range(4):
        client.post("/api/v1/keys", json={"name": str(number), "scope": "agent"}, headers=headers)

    names, before = list[str](), dict[str, int]()
    for _ in range(3):
        page = client.get("/api/v1/audit", params={"limit": 2, **before}, headers=headers).json()
        names += [act["details"]["name"] for act in page["acts"]]
        before = {"before": page["next"]}

    assert names == ["3", "2", "1", "0", "admin"]
    assert page["next"] is None
    for wrong in ({"limit": 0}, {"limit": 201}, {"before": 0}, {"before": 2**63}, {"before": "x"}):
        response = client.get("/api/v1/audit", params=wrong, headers=headers)
        assert response.status_code == 422


# The whole service


@pytest.mark.parametrize(
    ("scope", "seen"),
    [(None, False), (Scope.SEARCH, False), (Scope.AGENT, True), (Scope.WRITER, True)],
)
@pytest.mark.parametrize("path", ["/api/v1/articles/zh/update-error-4013", "/articles/zh/secret"])
def test_internal_texts_are_for_the_keys_of_staff(
    scope: Scope | None, path: str, *, seen: bool
) -> None:
    shelf = Shelf()
    with TestClient(create_app(Settings(), opener(shelf))) as client:
        keyring = Keyring(shelf.database)
        made = keyring.create("x", scope or Scope.SEARCH, actor="cli:root", at=NOON)
        headers = bearer(made.text) if scope else {}

        response = client.get(path, headers=headers, params={"audience": "internal"})

        assert ("SECRET-4711" in response.text) is seen


def test_searches_are_limited_by_the_settings() -> None:
    with TestClient(create_app(Settings(search_per_minute=2), opener(Shelf()))) as client:
        client.get("/api/v1/articles/zh/update-error-4013")

        statuses = [
            client.post("/api/v1/search", json={"symptom": "4013"}).status_code for _ in range(3)
        ]

    assert statuses == [200, 200, 429]
