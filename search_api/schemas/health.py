"""The state of the service over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.knowledge_base import Status


class Alive(BaseModel):
    """The process serves requests."""

    status: Literal["ok"] = "ok"

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})


class Ready(BaseModel):
    """What is served."""

    status: Literal["ok"] = "ok"
    generation: str
    articles: int
    chunks: int
    encoder: Annotated[str, Field(description="Fingerprint of the encoder.")]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "generation": "aac3454a07f47f81-1f2e3d4c-000007.a1b2c3",
                    "articles": 212,
                    "chunks": 2348,
                    "encoder": "aac3454a07f47f81",
                }
            ]
        }
    )

    @classmethod
    def of(cls, status: Status) -> Ready:
        """The status of the core."""
        return cls(
            generation=status.generation,
            articles=status.articles,
            chunks=status.chunks,
            encoder=status.encoder,
        )
