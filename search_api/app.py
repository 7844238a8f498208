"""The application: routes, errors and limits around one open knowledge base."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from kb.casebook.retention import retiring
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.wiring import open_kb
from search_api import (
    admin,
    agent_pages,
    api,
    crawlers,
    description,
    health,
    metrics,
    outcomes,
    pages,
    problems,
    sessions,
    writer_pages,
)
from search_api.body_limit import BodyLimit
from search_api.body_timeout import BodyTimeout
from search_api.deps import State
from search_api.draining import Draining
from search_api.headers import SecurityHeaders
from search_api.identity import open_identity
from search_api.metrics import Metrics
from search_api.request_log import RequestLog
from search_api.templating import Templates
from search_api.visitors import VisitorCookie

Opener = Callable[[Settings], AbstractContextManager[KnowledgeBase]]
"""Opens the knowledge base that the settings describe."""

_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, opener: Opener = open_kb) -> FastAPI:
    """Build the application; the knowledge base is open exactly while it serves."""
    templates, measured = Templates(), Metrics()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        keep = timedelta(days=settings.keep_days)
        with opener(settings) as kb, retiring(kb.database, keep=keep), measured.watching(kb):
            identity = open_identity(kb.database, settings)
            yield {
                "kb": kb,
                "identity": identity,
                "templates": templates,
                "metrics": measured,
                "state": settings.state,
            }

    app = FastAPI(
        title="Fixpoint",
        version="1",
        description=description.about(settings),
        openapi_tags=description.TAGS,
        generate_unique_id_function=lambda route: route.name,
        openapi_url=None,
        lifespan=lifespan,
    )
    services = (api, outcomes, admin, description, health, metrics)
    for module in (*services, crawlers, pages, agent_pages, writer_pages, sessions):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(VisitorCookie)
    app.add_middleware(BodyTimeout)
    app.add_middleware(RequestLog, measured)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Draining)
    app.state.draining = False
    app.state.metrics_token = settings.metrics_token.get_secret_value()
    return app
