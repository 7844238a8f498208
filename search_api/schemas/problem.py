"""A problem over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Field(description="Kind of problem: `info.description` lists them all.")]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="Name of this request, also in the log.")]
    errors: Annotated[
        dict[str, str] | None,
        Field(description="What is wrong with each part of the request, `body/symptom`."),
    ] = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:fixpoint:problem:unknown-article",
                    "title": "Unknown article",
                    "status": 404,
                    "detail": "no article 'zh/nothing': see /api/v1/search for what there is",
                    "instance": "urn:fixpoint:request:0f7f3f0a-5a56-4f0e-9a63-5f3b0c3b8a11",
                }
            ]
        }
    )
