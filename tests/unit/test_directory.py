from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kb import directory
from kb.directory import Directory, Filed
from kb.domain import ArticleId, ChunkId, ChunkKind, Hit

ISSUE, CAUSE = ChunkKind.ISSUE, ChunkKind.CAUSE
ZH, EN = ArticleId("zh/手机/更新失败"), ArticleId("en/update-fails")


def chunk(number: int) -> ChunkId:
    return ChunkId(number)


def filed(*chunks: tuple[int, ArticleId, ChunkKind]) -> Directory:
    changes = {chunk(number): Filed(article, kind) for number, article, kind in chunks}
    return directory.updated(directory.empty(), changes)


def found(known: Directory, number: int) -> Hit:
    (hit,) = known.hits([chunk(number)], [0.5])
    return hit


def test_hits_know_their_article_and_kind_in_the_order_of_the_lookup() -> None:
    known = filed((3, ZH, CAUSE), (1, EN, ISSUE), (2, ZH, ISSUE))

    hits = known.hits([chunk(2), chunk(3), chunk(1)], [0.9, 0.8, 0.7])

    assert hits == [
        Hit(chunk(2), ZH, ISSUE, 0.9),
        Hit(chunk(3), ZH, CAUSE, 0.8),
        Hit(chunk(1), EN, ISSUE, 0.7),
    ]
    assert known.hits([], []) == []


def test_a_chunk_follows_what_was_said_of_it_last() -> None:
    before = filed((1, EN, ISSUE), (2, EN, ISSUE), (3, ZH, ISSUE))

    after = directory.updated(
        before, {chunk(1): None, chunk(2): Filed(ZH, CAUSE), chunk(4): Filed(ZH, ISSUE)}
    )

    assert (found(after, 2), found(after, 3)) == (
        Hit(chunk(2), ZH, CAUSE, 0.5),
        Hit(chunk(3), ZH, ISSUE, 0.5),
    )
    assert after.articles == (ZH,)
    assert directory.updated(after, {chunk(9): None}).hits([chunk(4)], [0.5])


@pytest.mark.parametrize("known", [directory.empty(), filed((1, EN, ISSUE), (9, EN, ISSUE))])
def test_an_unknown_chunk_is_named(known: Directory) -> None:
    with pytest.raises(KeyError, match=str(chunk(5))):
        known.hits([chunk(5)], [0.5])


@pytest.mark.parametrize(
    "known",
    [
        directory.empty(),
        filed((256, ZH, ISSUE), (1 << 62, EN, CAUSE)),
        filed(*((number << 8, ArticleId(f"en/a{number % 7}"), ISSUE) for number in range(999))),
    ],
    ids=["empty", "two", "ids that end in zeros"],
)
def test_a_directory_survives_being_stored(known: Directory) -> None:
    again = directory.from_bytes(directory.to_bytes(known))

    assert again.articles == known.articles
    ids = known.keys.tolist()
    assert again.hits(ids, [1.0] * len(ids)) == known.hits(ids, [1.0] * len(ids))


@pytest.mark.parametrize(
    "broken",
    [
        replace(filed((1, EN, ISSUE)), keys=filed((1, EN, ISSUE), (2, EN, ISSUE)).keys),
        replace(filed((1, EN, ISSUE)), articles=()),
        replace(filed((1, EN, ISSUE)), places=np.array([7], np.uint32)),
        replace(filed((1, EN, ISSUE)), kinds=np.array([99], np.uint8)),
        replace(filed((1, EN, ISSUE), (2, EN, ISSUE)), keys=filed((2, EN, ISSUE)).keys.repeat(2)),
    ],
    ids=["too many keys", "no article", "unknown article", "unknown kind", "a key twice"],
)
def test_columns_that_do_not_fit_are_no_directory(broken: Directory) -> None:
    with pytest.raises(ValueError, match="no archive of a directory"):
        directory.from_bytes(directory.to_bytes(broken))


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04"])
def test_other_bytes_are_no_directory(content: bytes) -> None:
    with pytest.raises(ValueError, match="directory"):
        directory.from_bytes(content)
