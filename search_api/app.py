"""The application: routes, errors and limits around one open knowledge base."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from kb.settings import Settings
from kb.wiring import KnowledgeBase, open_kb
from search_api import api, health, pages, problems
from search_api.body_limit import BodyLimit
from search_api.deps import State
from search_api.headers import SecurityHeaders
from search_api.request_log import RequestLog
from search_api.templating import Templates

Opener = Callable[[Settings], AbstractContextManager[KnowledgeBase]]
"""Opens the knowledge base that the settings describe."""

_STATIC = Path(__file__).parent / "static"
_DESCRIPTION = """\
Describe a symptom in Chinese or English; get the solutions most likely to resolve it, best first.

Every error is a problem document (RFC 9457, `application/problem+json`); its `instance` is also
in the service's log. Highlights are counted in Unicode code points.
"""


def create_app(settings: Settings, opener: Opener = open_kb) -> FastAPI:
    """Build the application; the knowledge base is open exactly while it serves."""
    templates = Templates()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        with opener(settings) as kb:
            yield {"kb": kb, "templates": templates}

    app = FastAPI(
        title="Fixpoint",
        version="1",
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    for router in (api.router, health.router, pages.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)
    return app
