"""What Prometheus is told: counts, durations and states; nothing that a customer typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest

from fastapi import APIRouter, HTTPException, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response

from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase, Status

router = APIRouter(include_in_schema=False)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Served:
    """One request that was answered."""

    method: str
    """``other`` for one that HTTP does not know: a client can invent any number of words."""
    route: str
    """Template of the path; ``-`` when no route has it."""
    status: int
    """0 = the client left before there was an answer."""
    seconds: float


class Metrics:
    """The figures of one application; each has its own, so that several never share one."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "fixpoint_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._durations = Histogram(
            "fixpoint_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "fixpoint_search_stage_seconds",
            "Time of each stage of a search.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def request(self, served: Served) -> None:
        """Count a request."""
        status = f"{served.status // 100}xx" if served.status else "none"
        self._requests.labels(served.method, served.route, status).inc()
        self._durations.labels(served.route).observe(served.seconds)

    @contextmanager
    def watching(self, kb: KnowledgeBase) -> Iterator[None]:
        """Tell of a knowledge base's searches, and of its state at each look, until left."""
        state = _State(kb)
        self._registry.register(state)
        kb.on_search = self._search
        try:
            yield
        finally:
            self._registry.unregister(state)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def _search(self, milliseconds: Mapping[str, float]) -> None:
        for stage, duration in milliseconds.items():
            self._stages.labels(stage).observe(duration / 1000)


class _State(Collector):
    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb

    def collect(self) -> Iterator[Metric]:
        """What waits and what is served; without an index only that it is not ready."""
        lag = self._kb.database.lag
        yield _gauge("casebook_waiting_writes", "Writes that the casebook has not done yet.", lag)
        yield CounterMetricFamily(
            "fixpoint_unrecorded_searches",
            "Searches that the casebook did not take.",
            self._kb.unrecorded,
        )
        status = self._status()
        yield _gauge("ready", "Whether there is an index to answer from.", status is not None)
        if status is not None:
            served = {"generation": status.generation, "encoder": status.encoder}
            yield InfoMetricFamily("fixpoint_index", "What is served.", served)
            yield _gauge("articles", "Articles in the served generation.", status.articles)
            yield _gauge("chunks", "Chunks in the served generation.", status.chunks)

    def _status(self) -> Status | None:
        try:
            return self._kb.status()
        except KbError:
            return None


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"fixpoint_{name}", meaning, value)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """What Prometheus reads; there is none without ``FIXPOINT_METRICS_TOKEN``."""
    token: str = request.app.state.metrics_token
    if not token:
        raise HTTPException(404)
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(shown.encode(), token.encode()):
        detail = "send FIXPOINT_METRICS_TOKEN as Authorization: Bearer"
        raise HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})
    measured: Metrics = request.state.metrics
    return Response(measured.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
