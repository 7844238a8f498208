"""The service keeps what its own OpenAPI document promises, whoever asks and whatever is sent."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from fastapi.testclient import TestClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.python.asgi import shutdown_lifespans
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as ASGIScope

from kb import vocabulary
from kb.domain import Scope
from kb.identity import key_id
from kb.settings import Settings
from kb.wiring import VOCABULARY
from search_api.app import create_app
from search_api.problems import STATUS, kind_name
from tests.e2e.service import Service, service
from tests.e2e.shelf import Shelf, opener

DOCUMENT = "/api/v1/openapi.json"
VISITOR = "visitor"
CALLERS = (VISITOR, *Scope)
LONG_EXAMPLES, LONG_CASES = 350, 20_000
"""Generated examples of each operation and kind, and the cases that this makes in all, at least."""
SHORT_EXAMPLES = 3
TEXTS = {
    "zh/update-error-4013.md": "# 更新时提示错误 4013\n\n## 解决方法\n\n1. 换一根数据线。\n",
    "en/update-error-4013.md": "# Error 4013 while updating\n\n## Resolution\n\n1. Swap it.\n",
    "zh/wifi-fails-after-update.md": "# 升级之后连不上 Wi-Fi\n\n## 解决方法\n\n1. 重启手机。\n",
    "en/desk/printer.md": "# The printer is offline\n\n## Resolution\n\n1. Add it again.\n",
}
CHECKS = {
    # What no schema can say is refused too: an unknown product, a version without its system, an
    # idempotency key that was used for something else.
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]
    },
    # /cases/{case} takes slashes, so that it also has GET where the document has other operations.
    "allow_header_conformance": {"enabled": False},
}


@dataclass
class Fuzzing:
    """What came of generated requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    defects: dict[str, str] = field(default_factory=dict)
    """By operation and check, the first of each and how to send it again."""

    @property
    def cases(self) -> int:
        return self.statuses.total()

    def note(self, recorder: ScenarioRecorder) -> None:
        answers = (each.response for each in recorder.interactions.values())
        self.statuses.update(each.status_code for each in answers if each)
        for checks in recorder.checks.values():
            for check in checks:
                if found := check.failure_info:
                    told = f"{found.failure.title}: {found.failure.message}\n{found.code_sample}"
                    self.defects.setdefault(f"{recorder.label}: {check.name}", told)


def fuzzed(
    service: Service, caller: str, examples: int, phases: Sequence[str], seed: int
) -> Fuzzing:
    """Send what the document allows, and what it does not."""
    wanted = {each: {"enabled": each in phases} for each in _PHASES}
    options = {
        "headers": credentials(service, caller),
        "continue-on-failure": True,
        "checks": CHECKS,
        "phases": wanted,
        # A visitor also shows keys and sessions that are none; others show their own key.
        "generation": {
            "max-examples": examples,
            "database": "none",
            "with-security-parameters": caller == VISITOR,
        },
    }
    config = SchemathesisConfig.from_dict({**options, "seed": seed})
    schema = schemathesis.openapi.from_asgi(DOCUMENT, _sparing(service), config=config)
    found = Fuzzing()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            found.note(event.recorder)
        elif isinstance(event, events.NonFatalError):
            found.defects.setdefault(event.label, str(event.value))
        elif isinstance(event, events.FatalError):
            raise event.exception
    return found


@cache
def _sparing(service: Service) -> ASGIApp:
    """The application, but its administrator cannot revoke the keys that requests are sent with."""
    ours = {f"/api/v1/keys/{key_id(text)}" for text in service.keys.values()}

    async def spared(scope: ASGIScope, receive: Receive, send: Send) -> None:
        changed = {"path": "/api/v1/keys/aaaaaaaa"} if scope.get("path") in ours else {}
        await service.app({**scope, **changed}, receive, send)

    return spared


_PHASES = ("examples", "coverage", "fuzzing", "stateful")


def credentials(service: Service, caller: str) -> dict[str, str]:
    if caller != VISITOR:
        return {"Authorization": f"Bearer {service.keys[Scope(caller)]}"}
    with TestClient(service.app) as client:
        return {"Cookie": client.get("/").headers["set-cookie"].partition(";")[0]}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("contract")
    with service(folder, TEXTS) as opened:
        yield opened
        shutdown_lifespans()


@pytest.mark.parametrize("caller", CALLERS)
def test_generated_requests_are_answered_as_the_document_says(served: Service, caller: str) -> None:
    phases = ("examples", "fuzzing", *(("coverage",) if caller == Scope.AGENT else ()))

    found = fuzzed(served, caller, SHORT_EXAMPLES, phases, seed=1)

    assert not found.defects, "\n\n".join(found.defects.values())
    assert found.cases > 40
    assert found.statuses[200], "nothing that was sent was understood"


@pytest.mark.fuzz
@pytest.mark.parametrize("caller", CALLERS)
def test_thousands_of_generated_requests_are_answered_as_the_document_says(
    served: Service, caller: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = fuzzed(served, caller, LONG_EXAMPLES, _PHASES, seed=CALLERS.index(caller))

    with capsys.disabled():
        sys.stdout.write(f" {caller}: {found.cases} cases, {dict(found.statuses)} ")
    assert not found.defects, "\n\n".join(found.defects.values())
    assert found.cases >= LONG_CASES / len(CALLERS)


# The document itself


@pytest.fixture(scope="module")
def document(served: Service) -> dict[str, Any]:
    with TestClient(served.app) as client:
        described: dict[str, Any] = client.get(DOCUMENT).json()
        return described


def operations(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with all that it refers to."""
    return {**schema, "components": document["components"]}


def examples(document: Mapping[str, Any], content: Mapping[str, Any]) -> list[Any]:
    """Of a body: its own, or those of the schema that it names."""
    if "example" in content:
        return [content["example"]]
    _, _, name = content["schema"].get("$ref", "").rpartition("/")
    found: list[Any] = document["components"]["schemas"].get(name, {}).get("examples", [])
    return found


def bodies(operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What goes over the wire, there and back."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for answer in operation["responses"].values():
        yield from answer.get("content", {}).values()


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    named = operations(document)
    told = {each["name"] for each in document["tags"]}

    assert len(named) > 10
    for operation in named.values():
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= told
    ids = [operation["operationId"] for operation in named.values()]
    assert len(set(ids)) == len(ids)


def test_every_parameter_is_described_with_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        for parameter in operation.get("parameters", ()):
            schema = resolved(document, parameter["schema"])
            assert parameter.get("description"), f"{name}: {parameter['name']}"
            assert schema.get("examples"), f"{name}: {parameter['name']}"
            for example in schema["examples"]:
                jsonschema_rs.validate(schema, example)


def test_every_body_and_answer_has_examples_of_its_form(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        for content in bodies(operation):
            found = examples(document, content)
            assert found, f"{name}: {content}"
            for example in found:
                jsonschema_rs.validate(resolved(document, content["schema"]), example)


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for name, operation in operations(document).items():
        errors = {status: each for status, each in operation["responses"].items() if status >= "4"}
        assert all(each["content"] == problem for each in errors.values()), name
        assert name == "GET /healthz" or "503" in errors, name
        assert ("413" in errors) == ("requestBody" in operation), name
        if "401" in errors:
            assert "WWW-Authenticate" in errors["401"]["headers"]
        if "429" in errors:
            assert "Retry-After" in errors["429"]["headers"]


def test_what_takes_a_key_is_closed_to_who_shows_none(
    served: Service, document: dict[str, Any]
) -> None:
    closed = {
        name: operation
        for name, operation in operations(document).items()
        if {} not in operation.get("security", [{}])
    }
    assert len(closed) > 5
    with TestClient(served.app) as client:
        for name, operation in closed.items():
            method, _, path = name.partition(" ")
            for parameter in operation.get("parameters", ()):
                example = resolved(document, parameter["schema"])["examples"][0]
                path = path.replace(f"{{{parameter['name']}}}", str(example))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            sent = examples(document, body)[0] if body else None
            response = client.request(method, path, json=sent)
            refused = response.status_code, response.headers.get("WWW-Authenticate")
            assert refused == (401, "Bearer"), name


def test_every_operation_says_who_may_use_it(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert (schemes["key"]["type"], schemes["key"]["scheme"]) == ("http", "bearer")
    assert (schemes["session"]["type"], schemes["session"]["in"]) == ("apiKey", "cookie")
    shown: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
    public = {name for name, each in operations(document).items() if {} in each.get("security", ())}

    assert public == {
        "POST /api/v1/search",
        "GET /api/v1/articles/{lang}/{solution}",
        "GET /api/v1/articles/{lang}/{solution}.md",
        "POST /api/v1/outcomes",
        "PATCH /api/v1/outcomes/{outcome}",
        "DELETE /api/v1/outcomes/{outcome}",
    }
    for name, operation in operations(document).items():
        security = operation.get("security", [])
        assert security[:2] == ([] if name.startswith("GET /h") or "readyz" in name else shown)
        assert {} in security or not security or "401" in operation["responses"], name


def test_the_examples_of_searches_and_keys_can_be_sent(
    served: Service, document: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]
    admin = {"Authorization": f"Bearer {served.keys[Scope.ADMIN]}"}
    with TestClient(served.app) as client:
        for path, schema in (("search", "SearchIn"), ("keys", "KeyIn")):
            for example in schemas[schema]["examples"]:
                response = client.post(f"/api/v1/{path}", json=example, headers=admin)
                assert response.is_success, response.text


def test_every_body_says_that_nothing_unknown_may_be_in_it(document: dict[str, Any]) -> None:
    taken = [name for name in document["components"]["schemas"] if name.endswith("In")]

    assert len(taken) > 4
    for name in taken:
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_the_document_names_the_keys_of_the_vocabulary_that_is_open(
    document: dict[str, Any],
) -> None:
    words = vocabulary.load(VOCABULARY)
    groups = {
        "product": words.products,
        "os": words.systems,
        "host": words.hosts,
        "app": words.apps,
    }
    stated = document["components"]["schemas"]["EnvironmentIn"]["properties"]

    assert "never without it" in stated["version"]["description"]
    for name, entries in groups.items():
        assert entries
        assert re.findall(r"`([^`]+)`", stated[name]["description"]) == list(entries), name


def test_the_document_lists_every_kind_of_problem_that_a_client_may_meet(
    document: dict[str, Any],
) -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (\d+|others) \| (.+) \|$", about(document), re.MULTILINE)
    listed = {kind.removeprefix("urn:fixpoint:problem:"): status for kind, status, _ in rows}

    kinds = {kind_name(kind): str(status.value) for kind, status in STATUS.items() if status != 500}
    assert listed == {**kinds, "bad-request": "422", "about:blank": "others"}


def test_the_document_says_how_often_one_may_ask() -> None:
    settings = Settings(search_per_minute=7)
    with TestClient(create_app(settings, opener(Shelf()))) as client:
        said = " ".join(about(client.get(DOCUMENT).json()).split())

    assert "a visitor may search 7 times and report 7 times" in said
    assert "a key 70 times each" in said
    assert "may read 350 articles" in said


def about(document: Mapping[str, Any]) -> str:
    """What the document says first."""
    return str(document["info"]["description"])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/search", {"POST"}),
        ("PUT", "/api/v1/keys", {"GET", "POST"}),
        ("GET", "/api/v1/outcomes/x", {"DELETE", "PATCH"}),
        ("OPTIONS", "/api/v1/cases/CRM-1/texts", {"DELETE", "GET"}),
        ("TRACE", "/", {"GET", "HEAD"}),
        ("POST", "/static/style.css", {"GET", "HEAD"}),
        ("DELETE", "/sign-in", {"GET", "HEAD", "POST"}),
        ("POST", DOCUMENT, {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_is_told_all_the_right_ones(
    served: Service, method: str, path: str, allowed: set[str]
) -> None:
    with TestClient(served.app) as client:
        response = client.request(method, path)

    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == allowed
    assert response.headers["allow"] in response.json()["detail"]
