"""What may not be seen cannot be seen, on any route, nor that it exists; staff do see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import MappingProxyType

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.routing import Mount

from kb.domain import Scope
from tests.e2e.service import METRICS_TOKEN, Service, service

MARK = "zqx"
"""Begins every word that nobody outside may ever read."""


def hidden(head: str, name: str, *, lang: str = "en") -> str:
    """An article each part of which holds words of its own."""
    words = {"en": "The battery swells", "zh": "电池鼓包"}[lang]
    return f"""---
{head}
summary: {words} {MARK}summary{name}
symptoms: [{words} {MARK}symptom{name}]
error_codes: ["{MARK.upper()}-{len(name)}7077"]
aliases: [{MARK}-once-{name}]
related: [open]
---
# {words} {MARK}title{name}

## Resolution

1. Send it to {MARK}depot{name}.
"""


OPEN = f"""---
confidence: validated
aliases: [opened, {MARK}-shared]
related: [{MARK}-secret, {MARK}-old, {MARK}-draft, {MARK}-turned, half, neighbour]
---
# The screen stays black

<!-- {MARK}comment -->

## Resolution

1. Charge it for an hour.
2. Restart it.

::: internal
Ask {MARK}factory for the {MARK}log, see [{MARK}-secret]({MARK}-secret.md).
:::
"""
TEXTS = {
    "en/open.md": OPEN,
    "zh/open.md": f"# 屏幕全黑\n\n1. 先充电。\n\n::: internal\n{MARK}factory 内部\n:::\n",
    "en/half.md": "# The speaker crackles\n\n1. Clean it.\n",
    "zh/half.md": hidden("audience: internal", "half", lang="zh"),
    "en/neighbour.md": "# The phone gets warm\n\n1. Let it cool. See [half](half.md).\n",
    f"en/{MARK}-secret.md": hidden("audience: internal", "secret"),
    f"zh/{MARK}-secret.md": hidden("audience: internal", "secret", lang="zh"),
    f"en/{MARK}-old.md": hidden("confidence: archived", "old"),
    f"en/{MARK}-draft.md": hidden("confidence: wip", "draft"),
    f"en/{MARK}-turned.md": hidden("audience: public", "turned"),
}
TURNED = {f"en/{MARK}-turned.md": hidden("audience: internal", "turned")}
NAMES = ("secret", "old", "draft", "turned")
STAFF_ONLY = ("secret", "draft", "turned")


@dataclass
class Asker:
    """Somebody outside, with all that they could know: a search of theirs, and a case."""

    client: TestClient
    headers: dict[str, str]
    csrf: str = ""
    search: str = ""
    turned: str = ""
    """A search that showed what was turned internal since."""
    case: str = ""
    told: str = ""
    """An outcome of theirs."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: dict[str, str] | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        shown = {**self.headers, **headers}
        return self.client.request(method, path, json=json, data=data, headers=shown)

    def form(self, path: str, **fields: str) -> Response:
        return self("POST", path, data={"csrf": self.csrf, **fields})


@dataclass(frozen=True, slots=True)
class Named:
    """What a request asks for: something hidden, or something that nobody ever wrote."""

    solution: str
    word: str
    lang: str = "en"


Route = tuple[str, str]
Ask = Callable[[Asker, Named], list[Response]]
HTML, JSON, MARKDOWN = ({"Accept": each} for each in ("text/html", "application/json", "text/*"))


def pages(path: str) -> Ask:
    """Ask for an address that names a solution, in every form."""

    def ask(by: Asker, name: Named) -> list[Response]:
        there = path.format(solution=name.solution, lang=name.lang, search=by.turned)
        return [by("GET", there, headers=form) for form in (HTML, JSON, MARKDOWN)]

    return ask


def searches(by: Asker, name: Named) -> list[Response]:
    body = {"symptom": f"The battery swells {name.word}", "limit": 20}
    return [
        by("POST", "/api/v1/search", json=body),
        by("POST", "/api/v1/search", json={**body, "lang": "zh", "symptom": name.word}),
        by("POST", "/api/v1/search", json={**body, "case": by.case or "CRM-9"}),
    ]


def looks(by: Asker, name: Named) -> list[Response]:
    path = f"/?q=The+battery+swells+{name.word}&lang="
    return [by("GET", f"{path}{lang}", headers=HTML) for lang in ("zh", "en")]


def reports(by: Asker, name: Named) -> list[Response]:
    said = {"solution": name.solution, "verdict": "solved"}
    path = "/api/v1/outcomes"
    return [
        by("POST", path, json={**said, "search_id": by.search}),
        by("POST", path, json={**said, "case": "CRM-8"}),
        by("POST", path, json={**said, "symptom": name.word}),
    ]


def corrects(by: Asker, name: Named) -> list[Response]:
    path, body = f"/api/v1/outcomes/{by.told}", {"verdict": "partly", "note": name.word}
    return [by("PATCH", path, json=body), by("PATCH", f"{path[:-1]}x", json=body)]


def sends(path: str) -> Ask:
    """Send a form that names a solution and a word."""

    def ask(by: Asker, name: Named) -> list[Response]:
        article = f"{name.lang}/{name.solution}"
        fields = {"article": article, "solution": name.solution, "verdict": "solved"}
        fields |= {"symptom": name.word, "q": name.word, "log": name.word, "next": f"/{article}"}
        return [by.form(path, s=by.search, search=by.search, case="CRM-1", key="fxp_", **fields)]

    return ask


def fetches(method: str, *paths: str) -> Ask:
    """Ask for addresses that may name a solution or a case."""

    def ask(by: Asker, name: Named) -> list[Response]:
        there = (path.format(solution=name.solution, case=by.case or "CRM-1") for path in paths)
        return [by(method, path) for path in there]

    return ask


ARTICLE = "/articles/{lang}/{solution:path}"
ASKS: dict[Route, Ask] = {
    ("GET", "/api/v1/openapi.json"): fetches("GET", "/api/v1/openapi.json"),
    ("POST", "/api/v1/search"): searches,
    ("GET", f"/api/v1{ARTICLE}.md"): pages("/api/v1/articles/{lang}/{solution}.md"),
    ("GET", f"/api/v1{ARTICLE}"): pages("/api/v1/articles/{lang}/{solution}"),
    ("POST", "/api/v1/outcomes"): reports,
    ("PATCH", "/api/v1/outcomes/{outcome}"): corrects,
    ("DELETE", "/api/v1/outcomes/{outcome}"): fetches("DELETE", "/api/v1/outcomes/{solution}"),
    ("GET", "/api/v1/cases/{case:path}"): fetches("GET", "/api/v1/cases/{case}"),
    ("POST", "/api/v1/cases/{case:path}/reopenings"): fetches(
        "POST", "/api/v1/cases/{case}/reopenings"
    ),
    ("GET", "/api/v1/solutions/{solution:path}/outcomes"): fetches(
        "GET", "/api/v1/solutions/{solution}/outcomes", "/api/v1/solutions/open/outcomes"
    ),
    ("DELETE", "/api/v1/cases/{case:path}/texts"): fetches("DELETE", "/api/v1/cases/{case}/texts"),
    ("DELETE", "/api/v1/searches/{search}/texts"): fetches(
        "DELETE", "/api/v1/searches/{solution}/texts"
    ),
    ("DELETE", "/api/v1/actors/{actor}/texts"): fetches(
        "DELETE", "/api/v1/actors/key:{solution}/texts"
    ),
    ("POST", "/api/v1/keys"): fetches("POST", "/api/v1/keys"),
    ("GET", "/api/v1/keys"): fetches("GET", "/api/v1/keys"),
    ("DELETE", "/api/v1/keys/{key}"): fetches("DELETE", "/api/v1/keys/{solution}"),
    ("GET", "/api/v1/audit"): fetches("GET", "/api/v1/audit"),
    ("GET", "/healthz"): fetches("GET", "/healthz"),
    ("GET", "/readyz"): fetches("GET", "/readyz"),
    ("GET", "/metrics"): fetches("GET", "/metrics"),
    ("GET", "/"): looks,
    ("POST", "/log"): sends("/log"),
    ("GET", ARTICLE): pages("/articles/{lang}/{solution}?s={search}"),
    ("POST", "/outcomes"): sends("/outcomes"),
    ("GET", "/thanks/{lang}/{solution:path}"): pages("/thanks/{lang}/{solution}?s={search}"),
    ("GET", "/agent"): fetches("GET", "/agent?case=CRM-1", "/agent?s={solution}"),
    ("POST", "/agent"): sends("/agent"),
    ("POST", "/agent/outcomes"): sends("/agent/outcomes"),
    ("POST", "/agent/corrections"): sends("/agent/corrections"),
    ("POST", "/agent/retractions"): sends("/agent/retractions"),
    ("POST", "/agent/reopenings"): sends("/agent/reopenings"),
    ("GET", "/writer"): fetches("GET", "/writer"),
    ("GET", "/robots.txt"): fetches("GET", "/robots.txt"),
    ("GET", "/log"): fetches("GET", "/log?q={solution}"),
    ("GET", "/sign-in"): fetches("GET", "/sign-in?next=/articles/en/{solution}"),
    ("POST", "/sign-in"): sends("/sign-in"),
    ("POST", "/sign-out"): sends("/sign-out"),
    ("GET", "/static"): fetches("GET", "/static/style.css", "/static/{solution}"),
}
"""How every route of the application is asked for something hidden."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("visibility"), TEXTS) as opened:
        yield opened


@pytest.fixture(scope="module")
def askers(served: Service) -> Iterator[dict[str, Asker]]:
    """A visitor and a customer's integration; then one article turns internal."""
    with ExitStack() as stack:
        key = {"Authorization": f"Bearer {served.keys[Scope.SEARCH]}"}
        found = {
            name: Asker(
                stack.enter_context(TestClient(served.app, follow_redirects=False)), headers
            )
            for name, headers in (("visitor", {}), ("shop", key))
        }
        for by in found.values():
            prepare(by)
        served.publish(TURNED)
        agent = {"Authorization": f"Bearer {served.keys[Scope.AGENT]}"}
        for name in NAMES:
            said = {"case": "CRM-1", "solution": f"{MARK}-{name}", "verdict": "solved"}
            said |= {"note": f"{MARK}note"}
            response = found["shop"].client.post("/api/v1/outcomes", json=said, headers=agent)
            assert response.status_code == (404 if name == "old" else 201), response.text
        yield found


def prepare(by: Asker) -> None:
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', by("GET", "/").text)
    by.csrf = token[1] if token else ""
    shown = by("POST", "/api/v1/search", json={"symptom": f"{MARK}symptomturned"}).json()
    assert shown["solutions"][0]["solution"] == f"{MARK}-turned"
    by.turned = shown["search_id"]
    by.search = by("POST", "/api/v1/search", json={"symptom": "screen", "limit": 1}).json()[
        "search_id"
    ]
    said = {"search_id": by.search, "solution": "open", "verdict": "partly"}
    outcome = by("POST", "/api/v1/outcomes", json=said).json()
    by.case, by.told = outcome["case"], outcome["id"]
    if by.headers:
        said = {"case": "CRM-1", "solution": "open", "verdict": "partly"}
        assert by("POST", "/api/v1/outcomes", json=said).status_code == 201


def routes(service: Service) -> set[Route]:
    """Every route of the application, by method and path; HEAD is GET without its body."""
    found = set()
    for context in iter_route_contexts(service.app.routes):
        route = context.original_route
        if isinstance(route, Mount):
            found.add(("GET", route.path))
        else:
            found |= {(method, str(context.path)) for method in context.methods or ()}
    return {(method, path) for method, path in found if method != "HEAD"}


def test_every_route_is_asked(served: Service) -> None:
    assert routes(served) == ASKS.keys()


VOLATILE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|C-\w{4}-\w{4}|\d{4}-\d\d-\d\dT[\d:.]+"
)
PASSING = {"set-cookie", "x-request-id", "content-length", "etag"}


def told(response: Response, name: Named) -> tuple[int, list[tuple[str, str]], str]:
    """All that an answer says, but for what was asked and what is new in each."""

    def same(text: str) -> str:
        for each in (name.solution, name.word):
            text = text.replace(each, "ASKED")
        return VOLATILE.sub("NEW", text)

    headers = ((key, same(value)) for key, value in response.headers.multi_items())
    kept = sorted((key, value) for key, value in headers if key not in PASSING)
    return response.status_code, kept, same(response.text)


def things(name: str) -> list[tuple[Named, Named]]:
    """What is hidden, by its id and by its former name, and twins of them that never were."""
    asked = (
        ("en", name, "title"),
        ("en", f"once-{name}", "summary"),
        ("zh", name, "symptom"),
        ("zh", f"once-{name}", "depot"),
    )
    return [
        (
            Named(f"{MARK}-{solution}", f"{MARK}{word}{name}", lang),
            Named(f"qjw-{solution}", f"qjw{word}{name}", lang),
        )
        for lang, solution, word in asked
    ]


@pytest.mark.parametrize("route", sorted(ASKS), ids=" ".join)
@pytest.mark.parametrize("caller", ["visitor", "shop"])
def test_what_is_hidden_is_answered_like_what_never_was(
    askers: dict[str, Asker], caller: str, route: Route
) -> None:
    ask, by = ASKS[route], askers[caller]
    for name in NAMES:
        for thing, twin in things(name):
            answers = [told(each, thing) for each in ask(by, thing)]
            for status, headers, text in answers:
                assert MARK not in f"{headers} {text}".lower(), (route, thing, text)
                assert status < 500
            if route not in SEARCHES:
                assert answers == [told(each, twin) for each in ask(by, twin)]


SEARCHES = {("POST", "/api/v1/search"), ("GET", "/")}
"""Words that nobody wrote are as far from every article, but not equally far from each."""


@pytest.mark.parametrize("caller", ["visitor", "shop"])
@pytest.mark.parametrize("path", ["open", "half", "neighbour", "opened"])
@pytest.mark.parametrize("form", ["text/html", "application/json", "text/markdown"])
def test_what_everyone_may_read_holds_nothing_hidden(
    askers: dict[str, Asker], caller: str, path: str, form: str
) -> None:
    by = askers[caller]
    for lang in ("zh", "en"):
        for prefix in ("/articles", "/api/v1/articles"):
            for suffix in ("", ".md", f"?s={by.search}"):
                address = f"{prefix}/{lang}/{path}{suffix}"
                response = by("GET", address, headers={"Accept": form})
                assert response.status_code in {200, 308, 404}
                assert MARK not in f"{response.headers} {response.text}".lower()


def test_a_translation_that_is_hidden_is_offered_to_nobody_outside(
    askers: dict[str, Asker],
) -> None:
    visitor = askers["visitor"]

    assert visitor("GET", "/api/v1/articles/en/half").json()["languages"] == ["en"]
    assert "/articles/zh/half" not in visitor("GET", "/articles/en/half?lang=zh").text
    related = visitor("GET", "/api/v1/articles/en/open").json()["related"]
    assert related == ["half", "neighbour"]


def test_a_cases_owner_reads_where_it_stands_without_what_staff_alone_know(
    askers: dict[str, Asker],
) -> None:
    told = askers["shop"]("GET", "/api/v1/cases/CRM-1")

    assert told.json()["state"] == "solved"
    assert [each["solution"] for each in told.json()["current"]] == ["open"]
    assert MARK not in told.text


def test_metrics_name_no_article(served: Service) -> None:
    with TestClient(served.app) as client:
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        text = client.get("/metrics", headers=headers).text

    assert "fixpoint_articles" in text
    assert MARK not in text


@pytest.mark.parametrize("scope", [Scope.AGENT, Scope.WRITER, Scope.ADMIN])
def test_staff_see_what_is_hidden_but_not_what_is_archived(
    served: Service, askers: dict[str, Asker], scope: Scope
) -> None:
    staff = Asker(askers["shop"].client, {"Authorization": f"Bearer {served.keys[scope]}"})
    for name in STAFF_ONLY:
        body = {"symptom": f"{MARK}depot{name}", "limit": 20}
        found = staff("POST", "/api/v1/search", json=body).json()["solutions"]
        assert found[0]["solution"] == f"{MARK}-{name}"
        for path in ("/articles/en/{}", "/api/v1/articles/en/{}", "/api/v1/articles/en/{}.md"):
            assert f"{MARK}depot{name}" in staff("GET", path.format(f"{MARK}-{name}")).text
    for path in ("/articles/en/open", "/api/v1/articles/en/open.md"):
        assert f"{MARK}factory" in staff("GET", path).text
    assert f"{MARK}-secret" in staff("GET", "/api/v1/articles/en/open").json()["related"]
    for path in (f"{MARK}-old", f"{MARK}-once-old"):
        assert staff("GET", f"/api/v1/articles/en/{path}").status_code == 404
    assert "titleold" not in staff("POST", "/api/v1/search", json={"symptom": "titleold"}).text


def test_staff_read_all_of_a_case(served: Service, askers: dict[str, Asker]) -> None:
    agent = Asker(askers["shop"].client, {"Authorization": f"Bearer {served.keys[Scope.AGENT]}"})

    told = agent("GET", "/api/v1/cases/CRM-1").json()

    tried = {each["solution"] for each in told["history"]}
    assert tried == {"open", *(f"{MARK}-{name}" for name in STAFF_ONLY)}
