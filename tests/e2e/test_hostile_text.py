"""Texts that try to run: wherever somebody can write one, it stays text."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from playwright.sync_api import Browser, Dialog, Page, Request

from kb import markdown
from kb.domain import Scope
from kb.errors import BadArticle
from search_api.headers import CONTENT_SECURITY_POLICY
from search_api.schemas.wire import plain
from tests.e2e.browser import chromium, needs_browser, serving
from tests.e2e.service import Service, service

CASES = tomllib.loads((Path(__file__).parent.parent / "cases/xss.toml").read_text("utf-8"))
PAYLOADS = {f"{family}-{n}": text for family, all_ in CASES.items() for n, text in enumerate(all_)}
HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}
SUMMARY_CHARACTERS = 100


def one_line(text: str) -> str:
    return " ".join(text.split())


def written(name: str, text: str) -> str:
    """An article of nothing but a payload."""
    line = one_line(text)
    front = {
        "title": line,
        "summary": line[:SUMMARY_CHARACTERS],
        "owner": line,
        "symptoms": [line],
        "error_codes": [line],
        "confidence": "validated",
    }
    yaml = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    body = plain(text) if "\n" not in text else text  # A file with control characters is refused.
    step = body if "\n" in body else f"1. {body}\n2. {body}"
    inner = "" if ":::" in text else f"::: internal\n{body}\n:::\n"
    return f"---\n{yaml}\n---\nneedle {name}\n\n{inner}\n{body}\n\n## {line}\n\n{step}\n"


def taken(text: str, path: str) -> bool:
    """Whether an ingest takes an article; those that it refuses are on no page."""
    try:
        markdown.article(text, path=path)
    except BadArticle:
        return False
    return True


TEXTS = {f"en/{name}.md": written(name, text) for name, text in PAYLOADS.items()}
ARTICLES = {path: text for path, text in TEXTS.items() if taken(text, path)}


def test_there_are_payloads_of_all_families() -> None:
    assert len(PAYLOADS) >= 50
    assert len(ARTICLES) >= len(PAYLOADS) - 1


# By the letter

TOKEN = re.compile(
    r"""<!doctype\ html> | </([a-z][a-z0-9]*)> | [^<]+
    | <([a-z][a-z0-9]*) ((?:\s+[a-z-]+(?:="[^"]*")?)*) \s*>""",
    re.VERBOSE,
)
"""HTML so plain that all parsers read it alike."""
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w-]+", text))


OURS = words(
    """html head meta title link script body a header img span small nav form input button main
    footer div h1 h2 h3 p label textarea select option section ul ol li article details summary
    blockquote mark aside legend fieldset time table thead tbody tr th td kbd code"""
)
ARTICLES_OWN = words(
    """a abbr aside b blockquote br caption code col colgroup dd del details div dl dt em figcaption
    figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub
    summary sup table tbody td tfoot th thead tr u ul var"""
)
ATTRIBUTES = words(
    """action align alt aria-current aria-describedby aria-hidden aria-invalid aria-label
    aria-labelledby autocapitalize autocomplete autofocus charset checked class colspan content
    data-copied data-failed data-key data-label data-url datetime enctype enterkeyhint for height
    hidden href hreflang id lang maxlength method name open pattern placeholder rel required role
    rows rowspan scope selected spellcheck src start tabindex title type value width"""
)
SCHEMES = {"", "http", "https", "mailto", "tel"}


@dataclass(frozen=True, slots=True)
class Element:
    """A tag as it stands on a page."""

    name: str
    attributes: dict[str, str]


def elements(text: str) -> list[Element]:
    """Every tag of a page; a page that is not plain HTML fails the test."""
    found, end = [], 0
    for token in TOKEN.finditer(text):
        assert token.start() == end, f"unclear HTML: {text[end : end + 200]!r}"
        end = token.end()
        if token[2]:
            pairs = ATTRIBUTE.findall(token[3])
            found.append(Element(token[2], {name: unescape(value) for name, value in pairs}))
    assert end == len(text), f"unclear HTML: {text[end : end + 200]!r}"
    return found


def safe(response: Response) -> None:
    """Check that a page holds nothing but our own elements, and tame ones of articles."""
    assert response.status_code < 500
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    for name, value in response.headers.items():
        assert value.isprintable(), name
    if not response.headers.get("content-type", "").startswith("text/html"):
        return
    for each in elements(response.text):
        assert each.name in OURS | ARTICLES_OWN, each
        assert each.attributes.keys() <= ATTRIBUTES, each
        harmless(each)


def harmless(element: Element) -> None:
    """Check where an element leads and what it loads."""
    attributes = element.attributes
    for name in ("href", "src", "action", "data-url"):
        address = re.sub(r"[\x00-\x20]+", "", attributes.get(name, ""))
        assert urlsplit(address).scheme.lower() in SCHEMES, element
    match element.name:
        case "script" | "link":
            own = "src" if element.name == "script" else "href"
            assert attributes.get(own, "").startswith(("/static/", "/articles/")), element
        case "form":
            assert re.match(r"/(?!/)", attributes.get("action", "")), element
        case "img":
            assert attributes.get("src", "https://").startswith(("https://", "/static/")), element
        case "meta":
            assert attributes.keys() <= {"charset", "name", "content"}, element
        case "input":
            assert "autofocus" not in attributes or attributes.get("id") == "key", element


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("hostile"), ARTICLES) as opened:
        yield opened


@pytest.fixture(scope="module")
def visitor(served: Service) -> Iterator[TestClient]:
    with TestClient(served.app, headers=HTML) as client:
        yield client


@pytest.fixture(scope="module")
def agent(served: Service) -> Iterator[TestClient]:
    with TestClient(served.app, headers=HTML | bearer(served)) as client:
        yield client


def bearer(served: Service, scope: Scope = Scope.ADMIN) -> dict[str, str]:
    return {"Authorization": f"Bearer {served.keys[scope]}"}


@pytest.mark.parametrize("name", PAYLOADS)
def test_an_article_shows_a_payload_as_text(
    visitor: TestClient, agent: TestClient, name: str
) -> None:
    for client in (visitor, agent):
        safe(client.get(f"/articles/en/{name}"))
        safe(client.get(f"/?q=needle+{name}"))
    source = visitor.get(f"/api/v1/articles/en/{name}.md", headers=JSON)
    assert source.headers["content-type"].startswith(("text/markdown", "application/problem"))


@pytest.mark.parametrize("name", PAYLOADS)
def test_whatever_a_payload_is_sent_as_comes_back_as_text(visitor: TestClient, name: str) -> None:
    text = PAYLOADS[name]
    for field in ("q", "product", "os", "code", "lang"):
        safe(visitor.get(f"/?{urlencode({'q': 'needle', field: text})}"))
    for path in ("/sign-in", "/articles/en/breaks-0", "/thanks/en/breaks-0"):
        safe(visitor.get(f"{path}?{urlencode({'next': text, 's': text, 'lang': text})}"))
    safe(visitor.get("/" + urlencode({"": text})[1:]))
    for header in ("Accept-Language", "Cookie", "X-Request-Id", "If-None-Match", "Referer"):
        value = text.replace("\0", "").replace("\n", " ").encode()
        safe(visitor.get("/", headers={header.encode(): value}))
    safe(visitor.get("/", headers={b"Cookie": b"lang=" + one_line(text).encode()}))


@pytest.mark.parametrize("name", PAYLOADS)
def test_what_an_agent_reads_of_a_customer_is_text(agent: TestClient, name: str) -> None:
    text, case = PAYLOADS[name], f"X-{name}"
    report = {"solution": "breaks-0", "verdict": "wrong", "case": case}
    said = agent.post("/api/v1/outcomes", json=report | {"note": plain(text)})
    assert said.status_code == 201, said.text

    asked = {"symptom": text, "case": case}
    shown = agent.post("/agent", data=asked)

    assert shown.status_code == 200
    assert plain(text) in unescape(shown.text)
    safe(shown)
    safe(agent.get(f"/agent?{urlencode({'case': text, 's': text})}"))
    safe(agent.post("/log", data={"log": text, "q": text, "product": text, "os": text}))
    safe(agent.post("/sign-in", data={"key": text, "next": text}))
    safe(agent.get("/writer"))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_search_shows_again_exactly_what_was_typed(visitor: TestClient, name: str) -> None:
    page = visitor.get("/", params={"q": PAYLOADS[name]}).text

    field = page.partition("<textarea")[2].partition("</textarea>")[0].partition(">\n")[2]
    assert unescape(field) == plain(PAYLOADS[name])


def ids(page: str) -> Counter[str]:
    return Counter(each.attributes["id"] for each in elements(page) if "id" in each.attributes)


def test_the_parts_of_a_page_are_told_apart_from_those_of_its_article(
    served: Service, visitor: TestClient
) -> None:
    found = visitor.post("/api/v1/search", json={"symptom": "needle breaks-0"}, headers=JSON)
    address = f"/articles/en/breaks-0?s={found.json()['search_id']}"
    headings = "\n\n".join(f"## {each}" for each in ids(visitor.get(address).text))
    served.publish({"en/breaks-0.md": f"# Headings\n\n{headings}\n\n## Note\n\n## Step 1\n"})

    page = visitor.get(address).text

    assert {"outcome", "note", "main", "section-note", "section-main"} <= ids(page).keys()
    assert not [id_ for id_, count in ids(page).items() if count > 1]
    for path in ARTICLES:
        shown = ids(visitor.get(f"/articles/{path.removesuffix('.md')}").text)
        assert not [id_ for id_, count in shown.items() if count > 1], path


# In a browser

DOOR = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
window.alert = window.prompt = window.confirm = () => window.violations.push("alert");
"""
LOOK = """() => ({
  violations: window.violations,
  names: [...new Set([...document.querySelectorAll("*")].map((each) => each.localName))],
  handlers: [...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames())
    .filter((name) => name.startsWith("on") || ["style", "srcdoc", "formaction"].includes(name)),
  schemes: [...document.querySelectorAll("a[href], area[href]")].map((each) => each.protocol),
  scripts: [...document.scripts].map((each) => each.getAttribute("src")),
})"""
PICTURES = "https://pictures.example/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(served: Service) -> Iterator[str]:
    with serving(served.app) as address:
        yield address


@dataclass(frozen=True, slots=True)
class Watch:
    """A page, and what its browser did besides showing it."""

    page: Page
    foreign: list[str]
    dialogs: list[str]


@pytest.fixture
def watched(browser: Browser, address: str, served: Service) -> Iterator[Watch]:
    """An agent's page: it shows all that a customer's does, and more."""
    context = browser.new_context(
        base_url=address, locale="en-US", extra_http_headers=bearer(served)
    )
    context.add_init_script(DOOR)
    page = context.new_page()
    foreign: list[str] = []
    dialogs: list[str] = []

    def noted(request: Request) -> None:
        picture = request.url.startswith(PICTURES) and request.resource_type == "image"
        if not (request.url.startswith(address) or picture):
            foreign.append(request.url)

    def dismissed(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("request", noted)
    page.on("dialog", dismissed)
    yield Watch(page, foreign, dialogs)
    context.close()


@needs_browser
@pytest.mark.parametrize("family", CASES)
def test_no_browser_runs_a_payload(watched: Watch, agent: TestClient, family: str) -> None:
    names = [each for each in PAYLOADS if each.startswith(f"{family}-")]
    for name in names:
        report = {"solution": "breaks-0", "verdict": "wrong", "case": f"Y-{family}"}
        report["note"] = plain(PAYLOADS[name])
        assert agent.post("/api/v1/outcomes", json=report, headers=JSON).status_code == 201
    asked = {"symptom": plain("\n".join(PAYLOADS[name] for name in names)), "case": f"Y-{family}"}
    desk = agent.post("/agent", data=asked, follow_redirects=False).headers["location"]

    unharmed(watched, desk)
    for name in names:
        unharmed(watched, f"/articles/en/{name}")
        unharmed(watched, f"/?{urlencode({'q': PAYLOADS[name]})}")


def unharmed(watched: Watch, path: str) -> None:
    """Check that a page's browser shows it and does nothing else."""
    watched.page.goto(path, wait_until="load")
    seen = watched.page.evaluate(LOOK)
    assert seen["violations"] == seen["handlers"] == [], (path, seen)
    assert set(seen["names"]) <= OURS | ARTICLES_OWN, path
    assert set(seen["schemes"]) <= {f"{each}:" for each in SCHEMES}, path
    assert all(each and each.startswith("/static/") for each in seen["scripts"]), path
    assert watched.foreign == watched.dialogs == [], path
