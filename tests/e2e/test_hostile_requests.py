"""Requests that no client of good will sends: a clear refusal, never a failure of ours."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from fixpoint.serving import REQUEST_LINE_BYTES
from kb.casebook.tables import entries, metadata, searches
from kb.domain import Scope
from tests.databases import a_schema
from tests.e2e.browser import serving
from tests.e2e.service import Service, service

SEARCH, OUTCOMES = "/api/v1/search", "/api/v1/outcomes"
JSON = {"Content-Type": "application/json"}
TEXTS = {
    "zh/screen.md": "# 屏幕全黑\n\n## 解决方法\n\n1. 先充电一小时。\n",
    "en/screen.md": "# The screen stays black\n\n## Resolution\n\n1. Charge it for an hour.\n",
}
TEN_MB = 10_000_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("hostile"), TEXTS) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(served: Service) -> Iterator[TestClient]:
    with administrator(served) as client:
        yield client


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service over each of the databases."""
    with ExitStack() as stack:
        url = stack.enter_context(a_schema()) if request.param == "postgresql" else ""
        yield stack.enter_context(service(tmp_path_factory.mktemp("kept"), TEXTS, casebook=url))


@pytest.fixture(scope="module")
def writer(kept: Service) -> Iterator[TestClient]:
    """Somebody who sends what comes to the database."""
    with administrator(kept) as client:
        yield client


def administrator(service: Service) -> TestClient:
    """Whom nothing is refused for who they are."""
    key = {"Authorization": f"Bearer {service.keys[Scope.ADMIN]}"}
    return TestClient(service.app, headers=key, follow_redirects=False)


def refused(response: Response, *statuses: int) -> None:
    """Check that an answer is a problem as RFC 9457 says, with one of these statuses."""
    assert response.status_code in statuses, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    assert all(found[name] for name in ("type", "title", "detail", "instance"))
    response.text.encode("ascii")


def answered(response: Response) -> None:
    """Check that an answer is no failure, and that what it refuses it refuses clearly."""
    assert response.status_code < 500, response.text
    if response.status_code >= 400 and "json" in response.headers["content-type"]:
        refused(response, response.status_code)


TEXTS_OF_EVIL = {
    "NUL": "a\0b",
    "only NUL": "\0",
    "a long number": "1" * 2000,
    "escape": "\x1b[31m\x07",
    "C1": "\x80\x9f",
    "high surrogate": "\ud800",
    "low surrogate": "a\udfffb",
    "swapped surrogates": "\udc00\ud800",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "right to left": "\u202e4013\u2066",
    "byte order mark": "\ufeff",
    "combining": "e" + "\u0301" * 500,
    "a family": "👨‍👩‍👧‍👦",
    "newlines": "\r\n\u2028\u2029\x0b",
    "a format string": "%s%n{0}{{7*7}}${7*7}",
    "SQL": "'; DROP TABLE searches; --",
    "a path": "../../../etc/passwd",
    "long": "错" * 9_000,
}
FIELDS = (
    ("POST", SEARCH, {"symptom": None}),
    ("POST", SEARCH, {"symptom": "x", "case": None}),
    ("POST", SEARCH, {"symptom": "x", "lang": None}),
    *(
        ("POST", SEARCH, {"symptom": "x", "environment": {"os": "ios", name: None}})
        for name in ("product", "os", "version", "host", "app")
    ),
    ("POST", SEARCH, {"symptom": "x", None: "x"}),
    ("POST", OUTCOMES, {"solution": None, "verdict": "solved", "case": "C-1"}),
    ("POST", OUTCOMES, {"solution": "screen", "verdict": None, "case": "C-1"}),
    ("POST", OUTCOMES, {"solution": "screen", "verdict": "solved", "case": None}),
    ("POST", OUTCOMES, {"solution": "screen", "verdict": "solved", "search_id": None}),
    ("POST", OUTCOMES, {"solution": "screen", "verdict": "wrong", "case": "C-1", "note": None}),
    ("POST", OUTCOMES, {"solution": "screen", "verdict": "partly", "symptom": None}),
    ("PATCH", f"{OUTCOMES}/0", {"verdict": "solved", "note": None}),
    ("POST", "/api/v1/keys", {"name": None, "scope": "search"}),
    ("POST", "/api/v1/keys", {"name": "x", "scope": None}),
)
"""Every text that JSON carries; ``None`` stands for it."""


def filled(template: object, text: str) -> object:
    """The template with the text in its place, as key or value."""
    if isinstance(template, dict):
        return {text if key is None else key: filled(each, text) for key, each in template.items()}
    return text if template is None else template


@pytest.mark.parametrize("text", TEXTS_OF_EVIL.values(), ids=TEXTS_OF_EVIL)
def test_no_text_in_a_body_makes_us_fail_or_is_kept_unreadable(
    writer: TestClient, kept: Service, text: str
) -> None:
    for method, path, template in FIELDS:
        content = json.dumps(filled(template, text))
        answered(writer.request(method, path, content=content, headers=JSON))
        raw = json.dumps(filled(template, text), ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
        answered(writer.request(method, path, content=raw, headers=JSON))

    for each in everything(kept):
        assert "\0" not in each
        each.encode("utf-8")


def everything(served: Service) -> Iterator[str]:
    """Every text in the casebook."""
    for table in metadata.sorted_tables:
        rows = served.kb.database.read(
            lambda connection, table=table: [  # type: ignore[misc]
                tuple(row) for row in connection.execute(select(table))
            ]
        )
        for row in rows:
            yield from (each if isinstance(each, str) else repr(each) for each in row)


PATHS = (
    "/api/v1/articles/zh/{}",
    "/api/v1/articles/zh/{}.md",
    "/api/v1/articles/{}/screen",
    "/api/v1/solutions/{}/outcomes",
    "/api/v1/solutions/screen/outcomes?before={}",
    "/api/v1/solutions/screen/outcomes?limit={}",
    "/api/v1/cases/{}",
    "/api/v1/audit?before={}",
    "/articles/{}/{}",
    "/articles/zh/screen?s={}&lang={}",
    "/thanks/zh/screen?s={}",
    "/thanks/zh/{}?s=0b8f6c9e-6a0e-4c57-9d0c-3b7a4f1f2d11",
    "/?q={}",
    "/?q=x&product={}",
    "/?q=x&os={}",
    "/?q=x&code={}&code={}",
    "/?{}={}",
    "/agent?s={}",
    "/agent?case={}",
    "/sign-in?next={}",
    "/static/{}",
    "/{}",
)
"""Every text that an address carries."""


@pytest.mark.parametrize("text", TEXTS_OF_EVIL.values(), ids=TEXTS_OF_EVIL)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_no_text_in_an_address_makes_us_fail(writer: TestClient, text: str, accept: str) -> None:
    spelt = quote(text[:2000].encode("utf-8", "surrogatepass"), safe="")
    for path in PATHS:
        for place in (spelt, spelt.replace("%", "%25")):
            answered(writer.get(path.replace("{}", place), headers={"Accept": accept}))
    for path in (f"{OUTCOMES}/{spelt}", f"/api/v1/keys/{spelt}", f"/api/v1/cases/{spelt}/texts"):
        answered(writer.delete(path))
    answered(writer.post(f"/api/v1/cases/{spelt}/reopenings"))


HEADERS = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Expect",
    "Host",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Origin",
    "Range",
    "Sec-Fetch-Site",
    "Transfer-Encoding",
    "X-Forwarded-For",
    "X-HTTP-Method-Override",
    "X-Request-Id",
)
VALUES = (
    b"",
    b"\xff\xfe",
    "密钥".encode(),
    b"a\tb",
    b"9" * 5000,
    b"-1",
    b"=;=;;,,==",
    b'fixpoint="\\"\\777"; fixpoint-visitor=.; lang=\xff',
    b"fixpoint-visitor=" + b"a.b" * 1000,
    b"Bearer " + b"fxp_" * 1000,
    b"Basic Og==",
    b"bytes=" + b",".join(b"%d-%d" % (each, each) for each in range(3000)),
    b",".join(b"text/html;q=0.%d" % each for each in range(3000)),
    b"multipart/form-data",
    b"multipart/form-data; boundary=" + b"-" * 300,
    b"application/json; charset=utf-7",
    b"Thu, 99 Foo 99999 99:99:99 GMT",
)


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_makes_us_fail(client: TestClient, header: str) -> None:
    for value in VALUES:
        sent = {header.encode(): value}
        for path in (
            "/",
            "/api/v1/articles/zh/screen",
            "/static/style.css",
            "/sign-in",
            "/metrics",
        ):
            answered(client.get(path, headers=sent))
        body = json.dumps({"symptom": "4013"}).encode()
        answered(
            client.post(SEARCH, content=body, headers={b"content-type": b"application/json"} | sent)
        )
        answered(client.post("/log", content=b"log=4013", headers=sent))
        answered(client.delete(f"{OUTCOMES}/0", headers=sent))


BODIES: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "nothing": (b"", (400,)),
    "half an object": (b'{"symptom": "x"', (400,)),
    "not a number": (b'{"symptom": "x", "limit": NaN}', (422,)),
    "infinity": (b'{"symptom": "x", "limit": -Infinity}', (422,)),
    "a huge exponent": (b'{"symptom": "x", "limit": 1e999}', (422,)),
    "a huge number": (b'{"symptom": "x", "limit": ' + b"9" * 5000 + b"}", (400, 422)),
    "a number over 64 bits": (b'{"symptom": "x", "limit": 18446744073709551616}', (422,)),
    "the last of two keys is taken": (b'{"symptom": "x", "symptom": 1}', (422,)),
    "deep lists": (b'{"symptom": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", (400, 422)),
    "deep objects": (b'{"symptom":' * 5_000 + b"1" + b"}" * 5_000, (400, 422)),
    "deep lists in an unknown place": (b'{"x": ' + b"[" * 900 + b"]" * 900 + b"}", (422,)),
    "many unknown fields": (json.dumps({str(n): n for n in range(3000)}).encode(), (422,)),
    "a field of prototypes": (b'{"symptom": "x", "__proto__": {"audience": "internal"}}', (422,)),
    "invalid UTF-8": (b'{"symptom": "\xff\xfe"}', (400,)),
    "overlong UTF-8": (b'{"symptom": "\xc0\xaf"}', (400,)),
    "GBK": ('{"symptom": "屏幕"}'.encode("gbk"), (400, 422)),
    "gzip": (gzip.compress(b'{"symptom": "x"}'), (400, 422)),
    "a form": (b"symptom=x", (400,)),
    "XML": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", (400,)),
    "a text": (b'"x"', (422,)),
    "a list": (b"[]", (422,)),
    "null": (b"null", (422,)),
    "NUL bytes": (b"\0" * 100, (400, 422)),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", SEARCH), ("POST", OUTCOMES), ("PATCH", f"{OUTCOMES}/0"), ("POST", "/api/v1/keys")],
)
def test_a_body_that_is_no_request_is_refused_and_leaves_nothing(
    client: TestClient, served: Service, method: str, path: str, name: str
) -> None:
    content, statuses = BODIES[name]
    before = counted(served)

    refused(client.request(method, path, content=content, headers=JSON), *statuses)

    assert counted(served) == before


def counted(served: Service) -> int:
    """Searches and entries in the casebook."""
    return len(
        served.kb.database.read(
            lambda connection: [
                *connection.execute(select(searches.c.id)),
                *connection.execute(select(entries.c.number)),
            ]
        )
    )


@pytest.mark.parametrize("charset", ["utf-16", "gbk", "utf-7", "\xff"])
def test_json_is_read_as_unicode_whatever_its_label_says(client: TestClient, charset: str) -> None:
    labelled = {b"Content-Type": f"application/json; charset={charset}".encode("latin-1")}
    content = '{"symptom": "屏幕"}'.encode()

    assert client.post(SEARCH, content=content, headers=labelled).status_code == 200


FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        *((path, "application/json") for path in (SEARCH, OUTCOMES, "/api/v1/keys")),
        *((path, FORM) for path in (SEARCH, "/log", "/outcomes", "/sign-in", "/agent")),
        *((path, MULTIPART) for path in ("/log", "/outcomes", "/agent")),
    ],
)
def test_ten_megabytes_are_refused(client: TestClient, path: str, media_type: str) -> None:
    labelled = {"Content-Type": media_type}

    refused(client.post(path, content=b"a" * TEN_MB, headers=labelled), 413)


@pytest.mark.parametrize(
    ("path", "media_type"), [(SEARCH, "application/json"), ("/log", FORM), ("/outcomes", FORM)]
)
def test_ten_megabytes_that_nobody_declared_are_refused(
    address: str, path: str, media_type: str
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {media_type}\r\n"
    chunk = b"2710\r\n" + b"a" * 10_000 + b"\r\n"
    received = said(address, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 1000)

    # Whoever still sends when the connection is closed may find it reset before the answer.
    assert received[9:12] in {b"413", b""}
    assert alive(address)


FORMS = {
    "JSON": ("application/json", b'{"symptom": "x"}'),
    "plain text": ("text/plain", b"symptom=x"),
    "no boundary": ("multipart/form-data", b"--\r\n"),
    "a boundary that never comes": ("multipart/form-data; boundary=a", b"nothing of the kind"),
    "half a part": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="q',
    ),
    "a part without a name": ("multipart/form-data; boundary=a", b"--a\r\n\r\nx\r\n--a--\r\n"),
    "a file": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="log"; filename="x"\r\n\r\nx\r\n--a--\r\n',
    ),
    "two thousand parts": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="q"\r\n\r\n\r\n' * 1100 + b"--a--\r\n",
    ),
    "a charset that is none": (
        "multipart/form-data; boundary=a; charset=\xff",
        b'--a\r\nContent-Disposition: form-data; name="q"\r\n\r\n\xff\r\n--a--\r\n',
    ),
    "invalid UTF-8": (FORM, b"log=%ff%fe&symptom=%ff&\xff=\xff"),
    "NUL": (FORM, b"log=%00&symptom=%00&note=%00&q=%00&key=%00"),
    "thousands of fields": (FORM, b"a=b&" * 10_000),
}


@pytest.mark.parametrize(("media_type", "content"), FORMS.values(), ids=FORMS)
def test_no_form_makes_us_fail(client: TestClient, media_type: str, content: bytes) -> None:
    labelled = {b"Content-Type": media_type.encode("latin-1")}
    for path in (
        "/log",
        "/outcomes",
        "/agent",
        "/agent/outcomes",
        "/agent/reopenings",
        "/sign-out",
    ):
        answered(client.post(path, content=content, headers=labelled))
    if media_type != "application/json":
        for path in (SEARCH, OUTCOMES, "/api/v1/keys"):
            refused(client.post(path, content=content, headers=labelled), 415)


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "TRACE", "PUT", "CONNECT", "PROPFIND", "get"]
)
def test_no_method_makes_us_fail(client: TestClient, method: str) -> None:
    for path in ("/", SEARCH, OUTCOMES, "/api/v1/articles/zh/screen", "/static/style.css", "/x"):
        response = client.request(method, path)
        assert response.status_code in {200, 404, 405}
        assert "Authorization" not in response.text


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 129, "钥", "a\tb", "\x7f"])
def test_an_idempotency_key_that_is_no_token_is_refused(client: TestClient, key: str) -> None:
    said = {"solution": "screen", "verdict": "solved", "case": "K-1"}
    headers = {b"Idempotency-Key": key.encode()}

    refused(client.post(OUTCOMES, json=said, headers=headers), 422)


def test_the_same_report_sent_at_once_many_times_is_kept_once(writer: TestClient) -> None:
    said = {"solution": "screen", "verdict": "solved", "case": "K-2"}
    headers = {"Idempotency-Key": "once"}
    with ThreadPoolExecutor(20) as clients:
        sent = [
            clients.submit(writer.post, OUTCOMES, json=said, headers=headers) for _ in range(40)
        ]
        told = {each.result().text for each in sent}

    assert len(told) == 1
    history = writer.get("/api/v1/cases/K-2").json()["history"]
    assert [each["id"] for each in history] == [json.loads(told.pop())["id"]]
    other = said | {"verdict": "wrong"}
    refused(writer.post(OUTCOMES, json=other, headers=headers), 422)


# Over the wire


@pytest.fixture(scope="module")
def address(served: Service) -> Iterator[str]:
    with serving(served.app) as url:
        yield url


PATIENCE_S = 1.0
"""For an answer that may never come, because the service waits for the rest of the request."""


def said(address: str, request: bytes) -> bytes:
    """What the service answers to these bytes, until it closes or waits."""
    where = urlsplit(address)
    received = b""
    with socket.create_connection((str(where.hostname), where.port or 80), 20) as connection:
        # A connection that is cut off may end with a reset, or while we still send.
        with suppress(ConnectionError):
            connection.sendall(request)
        connection.settimeout(PATIENCE_S)
        with suppress(ConnectionError, TimeoutError):
            while piece := connection.recv(65536):
                received += piece
    return received


def alive(address: str) -> bool:
    """Whether the service still answers others."""
    received = said(address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    return received[9:12] == b"200"


HOST = b"Host: a\r\n"
WIRES = {
    "no HTTP": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\0" * 100,
    "HTTP 0.9": b"GET /\r\n\r\n",
    "HTTP 3": b"GET / HTTP/3.0\r\n" + HOST + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a line without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"nothing\r\n\r\n",
    "NUL in the path": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
    "raw bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path without end": b"GET /"
    + b"a" * (REQUEST_LINE_BYTES * 2)
    + b" HTTP/1.1\r\n"
    + HOST
    + b"\r\n",
    "headers without end": b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 100_000 + b"\r\n",
    "a negative length": b"POST /log HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a huge length": b"POST /log HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: "
    + b"9" * 5000
    + b"\r\n\r\n",
    "two lengths": b"POST /log HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": b"POST /log HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk of no size": b"POST /log HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "an unknown encoding": b"POST /log HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\nx",
}


@pytest.mark.parametrize("request_", WIRES.values(), ids=WIRES)
def test_what_is_no_http_is_refused_or_cut_off(address: str, request_: bytes) -> None:
    received = said(address, request_)

    status = received.split(b" ", 2)[1:2]
    assert not status or (status[0][:1] in {b"4", b"2"} or status[0] == b"501"), received[:200]
    assert alive(address)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%00style.css",
        "/static/style.css%00.html",
        "/articles/zh/../../../../etc/passwd",
        "/articles/zh/..%2f..%2fsettings",
        "/api/v1/articles/zh/%2e%2e%2f%2e%2e%2fscreen.md",
        "/api/v1/cases/../keys",
        "//etc/passwd",
        "/./x/../../etc/passwd",
    ],
)
def test_no_path_leads_out(address: str, path: str) -> None:
    received = said(
        address, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    )

    assert received[9:12] in {b"400", b"401", b"403", b"404", b"422"}, received
    assert b"import" not in received
    assert b"root:" not in received


def test_a_thousand_searches_at_once_are_all_answered_and_kept(
    address: str, served: Service
) -> None:
    before = counted(served)

    def asked(number: int) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
        symptom = {"symptom": f"屏幕全黑 {number}"}
        connection.request("POST", SEARCH, json.dumps(symptom).encode(), JSON)
        response = connection.getresponse()
        found = json.loads(response.read())
        connection.close()
        return response.status, str(found.get("search_id"))

    with ThreadPoolExecutor(100) as clients:
        answers = list(clients.map(asked, range(1000)))

    assert {status for status, _ in answers} == {200}
    assert len({search for _, search in answers} - {"None"}) == 1000
    assert counted(served) == before + 1000
