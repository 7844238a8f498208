"""A problem over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Field(description="Kind of problem; `about:blank` = as the status says.")]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="Name of this request, also in the log.")]
    errors: Annotated[
        dict[str, str] | None,
        Field(description="What is wrong with each part of the request, `body/symptom`."),
    ] = None
