"""What the service promises to any client: forms, errors, limits, headers, silence."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from kb import errors
from kb.domain import Environment, Language, Scope, System, Versions
from kb.errors import BadArticle, IndexUnavailable, KbError
from kb.search import SYMPTOM_CHARACTERS
from kb.settings import Settings
from search_api.app import create_app
from search_api.body_limit import LOG_BYTES, MAX_BODY_BYTES
from search_api.problems import STATUS
from tests.e2e.shelf import SCRIPT, Shelf, opener

SEARCH = "/api/v1/search"
ARTICLE = "/api/v1/articles/zh/update-error-4013"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), opener(shelf))) as client:
        yield client


def problem(response: Response, status: int) -> dict[str, Any]:
    """The problem that the response holds, checked for what all of them have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= found.keys()
    assert found["status"] == status
    UUID(found["instance"].removeprefix("urn:fixpoint:request:"))
    return found


def test_a_search_answers_with_solutions_that_link_to_the_passage(client: TestClient) -> None:
    found = client.post(SEARCH, json={"symptom": " 4013 ", "lang": "zh"}).json()

    UUID(found["search_id"])
    assert (found["generation"], found["lang"]) == ("g1", "zh")
    best = found["solutions"][0]
    assert best["url"] == "/articles/zh/update-error-4013#step-1"
    assert best["confidence"] == "not-validated"
    start, end = best["excerpt"]["highlights"][0]
    assert best["excerpt"]["text"][start:end] == "4013"
    assert best["reasons"] == [{"kind": "words", "values": ["4013"]}]


def test_a_link_leads_to_a_solution_of_any_name(client: TestClient) -> None:
    found = client.post(SEARCH, json={"symptom": "打印机"}).json()["solutions"][0]

    assert found["url"] == (
        "/articles/zh/%E6%A1%8C%E9%9D%A2/%E6%89%93%E5%8D%B0%20%E6%9C%BA%231%3F#step-1"
    )
    assert "打印机脱机" in client.get(found["url"]).text


def test_a_stated_environment_reaches_the_search(client: TestClient, shelf: Shelf) -> None:
    environment = {"product": "phone", "os": "iOS", "version": "18.1", "host": "mac", "app": "mail"}

    client.post(SEARCH, json={"symptom": "4013", "environment": environment, "limit": 20})

    query = shelf.asked[0][0]
    assert (query.limit, query.lang) == (20, None)
    assert query.environment == Environment(
        products=("phone",),
        systems=(System("ios", (Versions(18_001_000, 18_002_000),)),),
        hosts=("mac",),
        apps=("mail",),
    )


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body/symptom"),
        ({"symptom": ""}, "body/symptom"),
        ({"symptom": " \n\u3000"}, "body/symptom"),
        ({"symptom": "x" * 10_001}, "body/symptom"),
        ({"symptom": "a\0b"}, "body/symptom"),
        ({"symptom": "\ud800"}, "body/symptom"),
        ({"symptom": 4013}, "body/symptom"),
        ({"symptom": "x", "limit": 0}, "body/limit"),
        ({"symptom": "x", "limit": 21}, "body/limit"),
        ({"symptom": "x", "limit": "5"}, "body/limit"),
        ({"symptom": "x", "limit": True}, "body/limit"),
        ({"symptom": "x", "lang": "fr"}, "body/lang"),
        ({"symptom": "x", "audience": "internal"}, "body/audience"),
        ({"symptom": "x", "\ud800": 1}, "body"),
        ({"symptom": "x", "environment": {"os": "ios", "version": "new"}}, "body/environment"),
        ({"symptom": "x", "environment": {"version": "18"}}, "body/environment"),
        ({"symptom": "x", "environment": {"product": ["a"]}}, "body/environment/product"),
        ([], "body"),
        (None, "body"),
    ],
)
def test_a_body_of_another_form_is_told_what_is_wrong_where(
    client: TestClient, body: object, place: str
) -> None:
    content = json.dumps(body).encode()
    response = client.post(SEARCH, content=content, headers={"Content-Type": "application/json"})

    assert list(problem(response, 422)["errors"]) == [place]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"{",
            "body cannot be read as JSON: Expecting property name enclosed in double quotes at ch",
        ),
        (b'{"symptom": "x",\n "lang": zh}', "read as JSON: Expecting value at character 26; "),
        (b"", "cannot be read as JSON: it is empty; /api/v1/openapi.json describes what to send"),
        (b"\xff\xfe\xfd", "read as JSON: it is not UTF-8 at byte 2; "),
        ('{"symptom": "屏幕"}'.encode("gbk"), "read as JSON: it is not UTF-8 at byte 13; "),
        (b"[" * 60_000, "read as JSON: its lists or objects nest too deep; "),
        (
            b'{"symptom": "x", "limit": ' + b"9" * 5000 + b"}",
            "read as JSON: a number in it has too many digits; ",
        ),
    ],
)
def test_a_body_that_is_not_json_is_a_problem_of_the_sender(
    client: TestClient, content: bytes, told: str
) -> None:
    response = client.post(SEARCH, content=content, headers={"Content-Type": "application/json"})

    assert told in problem(response, 400)["detail"]


def test_what_was_typed_is_never_sent_back_in_a_problem(client: TestClient) -> None:
    response = client.post(SEARCH, json={"symptom": "my-address " * 2000})

    assert "my-address" not in response.text


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_foreign_form_could_send_is_refused(client: TestClient, media_type: str) -> None:
    headers = {"Content-Type": media_type}

    problem(client.post(SEARCH, content=b'{"symptom": "4013"}', headers=headers), 415)


def test_control_characters_count_as_blanks(client: TestClient, shelf: Shelf) -> None:
    client.post(SEARCH, json={"symptom": "\x1b[31m错误\x07 4013\t停\n"})

    assert shelf.asked[0][0].symptom == "[31m错误  4013\t停"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_however_it_is_sent(
    client: TestClient, *, chunked: bool
) -> None:
    spaces = b" " * (MAX_BODY_BYTES + 1)
    pieces = (spaces[start : start + 1000] for start in range(0, len(spaces), 1000))
    headers = {"Content-Type": "application/json"}
    response = client.post(SEARCH, content=pieces if chunked else spaces, headers=headers)

    problem(response, 413)


def test_a_symptom_of_full_length_fits_in_every_spelling_of_json(client: TestClient) -> None:
    body = json.dumps({"symptom": "错" * 10_000}, ensure_ascii=True)
    response = client.post(SEARCH, content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/static/nothing", "/docs"])
def test_an_unknown_address_is_a_problem(client: TestClient, path: str) -> None:
    assert "/api/v1/openapi.json" in problem(client.get(path), 404)["detail"]


@pytest.mark.parametrize("path", ["/", "/articles/zh/update-error-4013", "/api/v1/openapi.json"])
def test_a_page_can_be_asked_for_its_headers_alone(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == 200


def test_a_wrong_method_is_a_problem_that_names_the_right_one(client: TestClient) -> None:
    response = client.get(SEARCH)

    assert problem(response, 405)["detail"] == "this address takes POST only"
    assert response.headers["allow"] == "POST"


def test_every_kind_of_error_has_a_status() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type)}

    assert {kind for kind in kinds if issubclass(kind, KbError)} - {KbError} == STATUS.keys()


def test_a_failure_on_our_side_tells_strangers_nothing_of_its_inside(
    client: TestClient, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.failure = IndexUnavailable("no index in /srv/secret: run `fixpoint ingest`")

    found = problem(client.get("/readyz"), 503)

    assert "fixpoint ingest" in found["detail"]
    assert "/srv/secret" not in str(found)
    assert "/srv/secret" in caplog.text
    assert found["instance"].removeprefix("urn:fixpoint:request:") in caplog.text


def test_a_mistake_of_ours_has_no_kind_that_a_client_could_know(
    client: TestClient, shelf: Shelf
) -> None:
    shelf.failure = BadArticle("zh/secret.md", "no title")

    found = problem(client.post(SEARCH, json={"symptom": "4013"}), 500)

    assert found["type"] == "about:blank"
    assert "secret" not in str(found)


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_an_unexpected_error_is_answered_and_logged_without_its_message(
    client: TestClient, shelf: Shelf, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    shelf.failure = RuntimeError("cannot encode 'my secret symptom'")

    headers = {"Accept": accept}
    response = client.post(SEARCH, json={"symptom": "my secret symptom"}, headers=headers)

    assert response.status_code == 500
    assert "Content-Security-Policy" in response.headers
    assert "secret" not in response.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_request_is_logged_by_its_route_alone(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="search_api")

    client.get("/", params={"q": "my secret symptom"})
    client.post(SEARCH, json={"symptom": "my secret symptom"})
    client.get("/articles/zh/my-secret")
    client.get("/api/v1/openapi.json")

    lines = [r.getMessage().split()[:3] for r in caplog.records if r.name.startswith("search_api")]
    assert lines == [
        ["GET", "/", "200"],
        ["POST", SEARCH, "200"],
        ["GET", "/articles/{lang}/{solution:path}", "404"],
        ["GET", "/api/v1/openapi.json", "200"],
    ]
    assert "secret" not in "".join(r.getMessage() for r in caplog.records if "httpx" not in r.name)


def test_an_article_comes_as_json_html_or_markdown(client: TestClient) -> None:
    forms = {
        accept: client.get(ARTICLE, headers={"Accept": accept})
        for accept in ("*/*", "text/html,*/*;q=0.8", "text/markdown")
    }

    as_json, as_html, as_markdown = forms.values()
    assert as_json.json()["languages"] == ["zh", "en"]
    assert as_json.json()["title"] == "更新时提示错误 4013"
    assert '<li id="step-1">' in as_html.text
    assert as_markdown.text.startswith("# 更新时提示错误 4013\n\n## 症状")
    assert client.get(f"{ARTICLE}.md").text == as_markdown.text
    assert all("Accept" in response.headers["vary"] for response in forms.values())


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/markdown"])
def test_an_article_that_the_client_has_is_not_sent_again(client: TestClient, accept: str) -> None:
    first = client.get(ARTICLE, headers={"Accept": accept})
    etag = first.headers["etag"]

    again = client.get(ARTICLE, headers={"Accept": accept, "If-None-Match": f'"x", W/{etag}'})
    other = client.get(ARTICLE, headers={"Accept": accept, "If-None-Match": '"x"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("path", [ARTICLE, f"{ARTICLE}.md", "/articles/zh/update-error-4013", "/"])
@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/markdown", "application/json"])
def test_the_public_never_sees_what_is_internal(client: TestClient, path: str, accept: str) -> None:
    headers = {"Accept": accept, "X-Scopes": "agent", "X-Audience": "internal"}
    query = {"q": "4013", "audience": "internal", "scopes": "agent"}

    response = client.get(path, headers=headers, params=query)

    assert response.status_code == 200
    assert "SECRET-4711" not in response.text


@pytest.mark.parametrize("solution", ["secret", "old", "nothing", "%00", "x" * 3000])
def test_what_may_not_be_seen_looks_like_what_does_not_exist(
    client: TestClient, solution: str
) -> None:
    for prefix in ("/api/v1/articles/zh", "/api/v1/articles/fr", "/articles/zh", "/articles/fr"):
        found = problem(client.get(f"{prefix}/{solution}"), 404)
        assert found["type"] == "urn:fixpoint:problem:unknown-article"


@pytest.mark.parametrize(
    "solution",
    [
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
    ],
)
def test_a_path_that_climbs_is_only_a_name_that_nothing_has(
    client: TestClient, solution: str
) -> None:
    for prefix in ("/api/v1/articles/zh/", "/articles/zh/", "/static/"):
        response = client.get(prefix + solution)
        assert response.status_code == 404
        assert "root:" not in response.text


def test_nothing_in_a_request_changes_who_is_asking(client: TestClient, shelf: Shelf) -> None:
    headers = {"Cookie": "scopes=agent; fixpoint=admin", "X-User": "root"}

    client.post(SEARCH, json={"symptom": "x"}, headers=headers, params={"scopes": "agent"})

    principal = shelf.asked[0][1]
    assert principal.actor.startswith("anonymous:")
    assert principal.scopes == {Scope.SEARCH}


@pytest.mark.parametrize(
    "path", ["/", "/?q=4013", "/nothing", "/healthz", "/static/style.css", SEARCH]
)
def test_every_response_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] in {"no-cache", "no-store"}


class Markup(HTMLParser):
    """What a browser would run or load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


PAYLOADS = (
    SCRIPT,
    "</textarea></title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "{{ 7*7 }}{% raw %}",
)


@pytest.mark.parametrize(
    "path",
    ["/?q=4013", "/articles/zh/hostile", "/nothing", *(f"/?q={quote(text)}" for text in PAYLOADS)],
)
@pytest.mark.parametrize("lang", list(Language))
def test_no_page_runs_anything_but_our_own_modules(
    client: TestClient, path: str, lang: Language
) -> None:
    text = client.get(path, headers={"Accept": "text/html", "Cookie": f"lang={lang}"}).text

    tags = Markup(text).tags
    assert tags[0][0] == "html"
    assert {"style", "iframe", "object", "base"}.isdisjoint(tag for tag, _ in tags)
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not (attributes.get("href") or "").startswith("javascript:")
        assert tag != "script" or (attributes["src"] or "").startswith("/static/")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_was_typed_stands_in_the_field_again_as_text(client: TestClient, payload: str) -> None:
    text = client.get("/", params={"q": payload}).text

    field = text.partition("<textarea")[2].partition("</textarea>")[0].partition(">\n")[2]
    assert unescape(field) == payload


@pytest.mark.parametrize(
    ("address", "headers", "lang", "kept"),
    [
        ("/?lang=en", {"Cookie": "lang=zh"}, "en", True),
        ("/?lang=fr", {"Cookie": "lang=en"}, "en", False),
        ("/", {"Cookie": "lang=fr", "Accept-Language": "en-GB, zh;q=0.5"}, "en", False),
        ("/", {}, "zh-Hans", False),
        ("/nothing?lang=en", {"Accept": "text/html"}, "en", True),
    ],
)
def test_a_page_is_in_the_language_chosen_last_and_an_address_keeps_its_choice(
    client: TestClient, address: str, headers: dict[str, str], lang: str, *, kept: bool
) -> None:
    response = client.get(address, headers=headers)

    assert Markup(response.text).tags[0] == ("html", {"lang": lang})
    set_cookies = response.headers.get_list("set-cookie")
    assert any(cookie.startswith("lang=") for cookie in set_cookies) is kept


def test_the_field_takes_what_the_search_takes(client: TestClient) -> None:
    fields = [
        attributes for tag, attributes in Markup(client.get("/").text).tags if tag == "textarea"
    ]

    longest = {field["name"]: field["maxlength"] for field in fields}
    assert longest == {"q": str(SYMPTOM_CHARACTERS), "log": str(LOG_BYTES)}


def test_openapi_tells_a_stranger_what_to_send_and_to_expect(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()

    search = described["paths"][SEARCH]["post"]
    assert {"413", "415", "422", "503"} <= search["responses"].keys()
    assert list(search["responses"]["422"]["content"]) == ["application/problem+json"]
    for example in described["components"]["schemas"]["SearchIn"]["examples"]:
        assert client.post(SEARCH, json=example).status_code == 200


def test_health_is_about_the_process_and_readiness_about_the_index(
    client: TestClient, shelf: Shelf
) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "generation": "g1"}

    shelf.failure = IndexUnavailable("none")

    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 503
