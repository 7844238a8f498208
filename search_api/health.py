"""What a load balancer asks."""

from __future__ import annotations

from fastapi import APIRouter

from search_api.deps import Kb
from search_api.problems import responses
from search_api.schemas.health import Alive, Ready

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the process alive?")
def healthz() -> Alive:
    """Answer as long as the process serves requests; it looks at nothing else."""
    return Alive()


@router.get("/readyz", summary="Can it answer searches?", responses=responses(503))
def readyz(kb: Kb) -> Ready:
    """Tell what is served; 503 while there is no index to answer from."""
    return Ready.of(kb.status())
