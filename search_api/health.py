"""What a load balancer asks."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request

from search_api.deps import Kb
from search_api.description import responses
from search_api.schemas.health import Alive, Ready

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """Answer as long as the process serves requests, though every thread of it may be busy."""
    return Alive()


@router.get("/readyz", summary="Can it answer searches?", responses=responses(503))
def readyz(request: Request, kb: Kb) -> Ready:
    """Tell what is served; 503 while there is no index to answer from, and when it stops."""
    if request.app.state.draining:
        raise HTTPException(503, "this process is stopping: ask another one")
    return Ready.of(kb.status())
