"""The state of the service over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kb.wiring import Status


class Alive(BaseModel):
    """The process serves requests."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """What is served."""

    status: Literal["ok"] = "ok"
    generation: str
    articles: int
    chunks: int
    encoder: Annotated[str, Field(description="Fingerprint of the encoder.")]

    @classmethod
    def of(cls, status: Status) -> Ready:
        """The status of the core."""
        return cls(
            generation=status.generation,
            articles=status.articles,
            chunks=status.chunks,
            encoder=status.encoder,
        )
