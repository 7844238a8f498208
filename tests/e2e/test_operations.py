"""What operators rely on: metrics, logs, a stop that fails nobody, and patience with an end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from fixpoint.connections import Connection
from kb.errors import IndexUnavailable
from kb.settings import Settings
from search_api.app import create_app
from search_api.body_timeout import BodyTimeout
from search_api.draining import drain
from tests.e2e.shelf import Shelf, opener

ROOT = Path(__file__).parent.parent.parent
SEARCH = "/api/v1/search"
BODY = json.dumps({"symptom": "屏幕全黑"}).encode()
HEAD = f"POST {SEARCH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
TOKEN = "an-operators-secret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> Iterator[TestClient]:
    settings = Settings(metrics_token=SecretStr(TOKEN))
    with TestClient(create_app(settings, opener(shelf))) as client:
        yield client


# Metrics


def samples(client: TestClient) -> dict[str, float]:
    """The value of every series, by its name and labels."""
    lines = client.get("/metrics", headers=BEARER).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_metrics_count_requests_by_route_and_say_what_is_served(client: TestClient) -> None:
    client.post(SEARCH, json={"symptom": "4013"})
    client.post(SEARCH, json={"symptom": ""})
    client.get("/articles/zh/update-error-4013")

    found = samples(client)

    route = '"/articles/{lang}/{solution:path}"'
    assert found[f'fixpoint_requests_total{{method="POST",route="{SEARCH}",status="2xx"}}'] == 1
    assert found[f'fixpoint_requests_total{{method="POST",route="{SEARCH}",status="4xx"}}'] == 1
    assert found[f'fixpoint_requests_total{{method="GET",route={route},status="2xx"}}'] == 1
    assert found[f'fixpoint_request_seconds_count{{route="{SEARCH}"}}'] == 2
    assert found['fixpoint_index_info{encoder="0123456789abcdef",generation="g1"}'] == 1
    assert (found["fixpoint_ready"], found["fixpoint_chunks"]) == (1, 12)
    assert found["process_resident_memory_bytes"] > 0


def test_metrics_count_searches_by_stage_and_what_the_casebook_has_still_to_do(
    client: TestClient,
) -> None:
    client.post(SEARCH, json={"symptom": "4013"})
    client.get("/", params={"q": "4013"})

    found = samples(client)

    assert found['fixpoint_search_stage_seconds_count{stage="read"}'] == 2
    assert found['fixpoint_search_stage_seconds_count{stage="record"}'] == 2
    assert found["fixpoint_casebook_waiting_writes"] == 0
    assert found["fixpoint_unrecorded_searches_total"] == 0


def test_every_metric_that_the_handbook_names_is_there(client: TestClient) -> None:
    handbook = (ROOT / "docs/operations.md").read_text("utf-8")
    named = set(re.findall(r"\b(?:fixpoint|process)_[a-z_]+", handbook))
    families = {name.removesuffix("_bucket") for name in named}

    text = client.get("/metrics", headers=BEARER).text

    assert len(families) > 8
    assert families <= set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))


def test_metrics_hold_nothing_that_a_client_chose(client: TestClient) -> None:
    client.get("/", params={"q": "secret-symptom"})
    client.get("/secret-path")
    client.get("/articles/zh/secret-solution")
    client.request("SECRET", "/", headers={"X-Request-Id": "secret-name"})

    text = client.get("/metrics", headers=BEARER).text

    assert "secret" not in text.lower()
    assert 'method="other",route="/"' in text
    assert 'method="GET",route="-",status="4xx"' in text


def test_metrics_say_that_there_is_no_index(client: TestClient, shelf: Shelf) -> None:
    shelf.failure = IndexUnavailable("none")

    found = samples(client)

    assert found["fixpoint_ready"] == 0
    assert "fixpoint_chunks" not in found


def test_two_applications_do_not_count_each_others_requests(client: TestClient) -> None:
    client.get("/healthz")
    settings = Settings(metrics_token=SecretStr(TOKEN))

    with TestClient(create_app(settings, opener(Shelf()))) as other:
        found = samples(other)

    assert not any("/healthz" in name for name in found)


@pytest.mark.parametrize("shown", ["", f"Basic {TOKEN}", "Bearer", "Bearer wrong", "Bearer 密"])
def test_metrics_are_for_whoever_has_the_token(client: TestClient, shown: str) -> None:
    refused = client.get("/metrics", headers={b"Authorization": shown.encode()})

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert "fixpoint_" not in refused.text


def test_without_a_token_there_are_no_metrics() -> None:
    with TestClient(create_app(Settings(), opener(Shelf()))) as client:
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


# The name of a request


@pytest.mark.parametrize("name", ["a", "0f-1_2.B", "x" * 64])
def test_a_request_keeps_the_name_that_its_sender_chose(client: TestClient, name: str) -> None:
    response = client.get("/no-such-page", headers={"X-Request-Id": name})

    assert response.headers["X-Request-Id"] == name
    assert response.json()["instance"] == f"urn:fixpoint:request:{name}"


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "x" * 65, "名", "a\tb"])
def test_a_name_that_is_no_plain_token_is_not_taken_over(client: TestClient, name: str) -> None:
    response = client.get("/healthz", headers={b"X-Request-Id": name.encode()})

    UUID(response.headers["X-Request-Id"])


# A stop that fails nobody


def test_while_it_drains_it_answers_but_is_not_ready_and_keeps_no_connection(
    client: TestClient,
) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    drain(app)

    answered, ready = client.get("/healthz"), client.get("/readyz")

    assert (answered.status_code, ready.status_code) == (200, 503)
    assert answered.headers["Connection"] == ready.headers["Connection"] == "close"


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    """The environment of a service over one article."""
    folder = tmp_path / "articles"
    (folder / "zh").mkdir(parents=True)
    text = "---\ntitle: 屏幕全黑\nsymptoms: [屏幕突然全黑]\n---\n## 解决方法\n\n1. 先充电一小时。\n"
    (folder / "zh/screen-black.md").write_text(text, "utf-8")
    stated = {"FIXPOINT_STATE": str(tmp_path / "state"), "FIXPOINT_ARTICLES": str(folder)}
    stated |= {"FIXPOINT_METRICS_TOKEN": TOKEN, "FIXPOINT_SEARCH_PER_MINUTE": "1000000"}
    environment = os.environ | stated | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "fixpoint", "ingest"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


@contextmanager
def service(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service that runs, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fixpoint", "serve", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[3].removeprefix("http://")
    finally:
        process.kill()
        process.communicate()


def ask(connection: HTTPConnection, path: str, body: bytes | None = None) -> int:
    """Status of the answer to one request."""
    headers = {"Content-Type": "application/json"}
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def readiness(address: str) -> int:
    """Status of ``/readyz``, asked over a connection of its own."""
    with closing(HTTPConnection(address, timeout=30)) as connection:
        return ask(connection, "/readyz")


def begun(address: str) -> socket.socket:
    """A search of which the last byte is not sent yet."""
    host, port = address.split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    head = f"{HEAD}Content-Length: {len(BODY)}\r\n\r\n"
    connection.sendall(head.encode() + BODY[:-1])
    return connection


@contextmanager
def load(address: str) -> Iterator[list[int]]:
    """Searches without a pause by four clients; the statuses are complete once it is left."""
    statuses: list[int] = []
    enough = Event()

    def ask_on() -> None:
        with closing(HTTPConnection(address, timeout=30)) as connection:
            while not enough.is_set():
                statuses.append(ask(connection, SEARCH, BODY))

    with ThreadPoolExecutor(4) as clients:
        asking = [clients.submit(ask_on) for _ in range(4)]
        try:
            yield statuses
        finally:
            enough.set()
        for each in asking:
            each.result()


def test_a_stop_under_load_fails_no_request(state: dict[str, str]) -> None:
    with service(state | {"FIXPOINT_DRAIN_S": "1"}) as (process, address):
        with load(address) as statuses:
            while not statuses:
                pass
            in_flight = begun(address)
            process.send_signal(signal.SIGTERM)
            while readiness(address) == 200:
                pass
        until_refused(address)
        in_flight.sendall(BODY[-1:])
        answer = in_flight.recv(65536)
        in_flight.close()
        ended = process.wait(30)

    assert set(statuses) == {200}
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer.lower()
    assert ended == 0


def until_refused(address: str) -> None:
    """Return once nothing listens at an address any more."""
    host, port = address.split(":")
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=30).close()
        except ConnectionError:
            return


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_cuts_the_leave_short_and_the_log_tells_of_the_stop(
    state: dict[str, str], second: signal.Signals
) -> None:
    with service(state | {"FIXPOINT_DRAIN_S": "300"}) as (process, address):
        assert readiness(address) == 200
        process.send_signal(signal.SIGTERM)
        while readiness(address) == 200:
            pass
        process.send_signal(second)
        _, said = process.communicate(timeout=60)

    lines = [json.loads(line) for line in said.splitlines()]
    told = [line["message"] for line in lines if line["logger"] == "fixpoint.serving"]
    assert told == [
        "stopping, after 300 s of leave: a second signal cuts it short",
        "stopped: nothing more is answered",
    ]
    assert process.returncode == 0


def test_a_service_that_was_stopped_can_be_started_again(state: dict[str, str]) -> None:
    for _ in range(2):
        with service(state) as (process, address):
            assert readiness(address) == 200
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
            assert process.returncode == 0
            assert "Traceback" not in said


# Logs


def test_the_log_is_json_and_holds_no_word_of_a_customer_and_no_secret(
    state: dict[str, str],
) -> None:
    secret = "geheim-4711"
    with service(state) as (process, address):
        connection = HTTPConnection(address, timeout=30)
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {secret}",
            "Cookie": f"session={secret}",
            "X-Request-Id": "known-1",
            "User-Agent": secret,
        }
        bodies = (
            {"symptom": f"屏幕全黑 {secret}"},
            {"symptom": [secret]},
            {"symptom": "a", secret: 1},
            {"solution": secret, "verdict": "solved", "note": secret, "case": secret},
        )
        paths = (SEARCH, "/api/v1/outcomes", f"/api/v1/cases/{secret}", f"/{secret}")
        requests = [("POST", path, json.dumps(body)) for path in paths for body in bodies]
        pages = [("GET", f"/?q={secret}", ""), ("GET", "/metrics", ""), (secret, f"/{secret}", "")]
        for method, path, body in (*requests, *pages):
            connection.request(method, path, body or None, headers)
            connection.getresponse().read()
        connection.close()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)

    lines = [json.loads(line) for line in said.splitlines()]
    served = [line for line in lines if "route" in line]
    assert len(served) == len(requests) + len(pages)
    assert {"time", "level", "logger", "message", "method", "status", "ms"} <= served[0].keys()
    assert (served[0]["route"], served[0]["request"]) == (SEARCH, "known-1")
    assert secret not in said
    assert TOKEN not in said


def test_nothing_is_reported_to_the_makers_of_libraries(
    state: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # Libraries are silent by themselves where they believe that they are being tested.
    tested = {"CI", "XDG_CACHE_HOME", "PYTEST_CURRENT_TEST"}
    environment = {key: value for key, value in state.items() if key not in tested}

    command = [sys.executable, "-m", "fixpoint", "search", "屏幕全黑"]
    subprocess.run(command, cwd=ROOT, env=environment | {"HOME": str(home)}, check=True)

    assert not list(home.rglob("*"))


# Patience with an end


class Hasty(Connection):
    head_s = 0.2
    drain_s = 0.2


@contextmanager
def listening(app: FastAPI) -> Iterator[tuple[str, int]]:
    """A real server in a thread, and its address."""
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=Hasty, log_config=None, access_log=False))
    thread = Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        yield door.getsockname()
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def server(shelf: Shelf) -> Iterator[tuple[str, int]]:
    app = create_app(Settings(), opener(shelf))
    app.add_middleware(BodyTimeout, limit_s=0.2)
    with listening(app) as address:
        yield address


def rest(connection: socket.socket) -> bytes:
    """What still comes until the server hangs up."""
    said = b""
    try:
        while part := connection.recv(65536):
            said += part
    except ConnectionError:
        pass
    return said


def cut_off(connection: socket.socket, piece: bytes, *, pause_s: float, most: int) -> bool:
    """Whether the server hangs up while it is sent at most so many pieces."""
    for _ in range(most):
        try:
            connection.sendall(piece)
        except ConnectionError:
            return True
        Event().wait(pause_s)
    return False


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_head_that_does_not_end_is_cut_off(server: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(server, timeout=10) as connection:
        connection.sendall(sent)

        assert rest(connection) == b""


def test_a_head_that_comes_in_drops_is_cut_off_too(server: tuple[str, int]) -> None:
    with socket.create_connection(server, timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")

        assert cut_off(connection, b"x", pause_s=0.05, most=200)


def test_a_body_that_comes_too_slowly_is_a_problem_of_the_sender(server: tuple[str, int]) -> None:
    with socket.create_connection(server, timeout=10) as connection:
        connection.sendall(f"{HEAD}Content-Length: 99\r\n\r\n{{".encode())
        said = rest(connection)

    assert said.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in said
    assert re.search(rb"connection: close", said, re.IGNORECASE)


def test_a_client_that_does_not_take_its_answers_is_cut_off(server: tuple[str, int]) -> None:
    request = b"GET /static/style.css HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.socket() as connection:
        for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            connection.setsockopt(socket.SOL_SOCKET, buffer, 4096)
        connection.settimeout(10)
        connection.connect(server)

        assert cut_off(connection, request * 100, pause_s=0, most=100_000)


def test_a_client_that_is_merely_busy_keeps_its_connection(server: tuple[str, int]) -> None:
    connection = HTTPConnection(*server, timeout=10)
    connection.connect()
    connection.auto_open = False
    for _ in range(20):
        assert ask(connection, "/healthz") == 200
        Event().wait(0.03)
    connection.close()
