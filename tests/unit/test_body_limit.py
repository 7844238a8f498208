from __future__ import annotations

import asyncio

import pytest
from fastapi import HTTPException
from starlette.types import Message, Receive, Scope, Send

from search_api.body_limit import MAX_BODY_BYTES, BodyLimit


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    while (await receive())["more_body"]:
        pass


async def no_send(_: Message) -> None: ...


@pytest.mark.parametrize(
    ("headers", "most_reads"),
    [([], MAX_BODY_BYTES // 1000 + 1), ([(b"content-length", b"99999999")], 0)],
)
def test_an_endless_body_is_read_no_further_than_the_limit(
    headers: list[tuple[bytes, bytes]], most_reads: int
) -> None:
    reads = 0

    async def endless() -> Message:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    scope = {"type": "http", "path": "/", "headers": headers}
    with pytest.raises(HTTPException) as refused:
        asyncio.run(BodyLimit(reads_all)(scope, endless, no_send))

    assert (refused.value.status_code, reads) == (413, most_reads)
