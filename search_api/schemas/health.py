"""The state of the service over the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kb.knowledge_base import Status


class Alive(BaseModel):
    """The process serves requests."""

    status: Literal["ok"] = "ok"

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})


class Ready(BaseModel):
    """What is served; how much of it, internal articles too, is only for `/metrics`."""

    status: Literal["ok"] = "ok"
    generation: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "ok", "generation": "aac3454a07f47f81-1f2e3d4c-000007.a1b2c3"}]
        }
    )

    @classmethod
    def of(cls, status: Status) -> Ready:
        """The status of the core."""
        return cls(generation=status.generation)
