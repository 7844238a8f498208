"""A service under load takes new generations over without one failed search."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from ingest.folder import ingest
from kb import indexing
from kb.casebook.database import Database
from kb.domain import Principal, Query, Scope
from kb.errors import IndexUnavailable
from kb.knowledge_base import KnowledgeBase
from kb.search import Searcher
from kb.serving import Serving
from kb.wiring import Parts
from tests.parts import parts as parts_in

CUSTOMER = Principal("customer", frozenset({Scope.SEARCH}))
SWAPS = 5
SEARCHERS = 3


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "screen.md").write_text("# 屏幕全黑\n\n先充电一小时。\n", "utf-8")
    return folder


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return parts_in(tmp_path / "state")


@pytest.fixture
def serving(parts: Parts) -> Iterator[Serving]:
    serving = Serving(parts.store, lambda name: indexing.schema_of(name) == parts.schema)
    with serving.polling(0.02):
        yield serving
    serving.close()


@pytest.fixture
def kb(parts: Parts, serving: Serving, tmp_path: Path) -> Iterator[KnowledgeBase]:
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    with closing(Database(f"sqlite:///{tmp_path}/casebook.sqlite")) as database:
        yield KnowledgeBase(serving, searcher, parts.encoder.fingerprint, database)


def served_within(kb: KnowledgeBase, generation: str | None, seconds: float) -> bool:
    end = monotonic() + seconds
    while monotonic() < end:
        if kb.status().generation == generation:
            return True
        sleep(0.01)
    return False


def test_before_the_first_ingest_searches_say_what_to_do(kb: KnowledgeBase) -> None:
    with pytest.raises(IndexUnavailable, match="fixpoint ingest"):
        kb.search(Query("屏幕全黑"), CUSTOMER)


def test_generations_are_swapped_under_load_without_a_failed_search(
    kb: KnowledgeBase, serving: Serving, parts: Parts, articles: Path
) -> None:
    ingest(parts, articles)
    serving.refresh()
    stop = Event()

    def search() -> set[str]:
        generations = set()
        while not stop.is_set():
            answer = kb.search(Query("屏幕全黑"), CUSTOMER).answer
            assert answer.solutions[0].id == "screen"
            generations.add(answer.generation)
        return generations

    with ThreadPoolExecutor(SEARCHERS) as pool:
        searching = [pool.submit(search) for _ in range(SEARCHERS)]
        try:
            for swap in range(SWAPS):
                (articles / f"more-{swap}.md").write_text(
                    f"# 第 {swap} 个问题\n\n另一个。\n", "utf-8"
                )
                report = ingest(parts, articles)
                assert served_within(kb, report.generation, 20)
        finally:
            stop.set()
        seen = [future.result() for future in searching]

    assert any(len(generations) > 1 for generations in seen)
    assert kb.status().articles == SWAPS + 1


def test_a_generation_of_another_encoder_is_not_taken_over(
    kb: KnowledgeBase, serving: Serving, parts: Parts, articles: Path
) -> None:
    served = ingest(parts, articles).generation
    serving.refresh()
    with parts.store.writing():
        index = parts.store.build("another-encoder-000009", copy_of=served)
        parts.store.publish("another-encoder-000009", index)

    serving.refresh()

    assert kb.status().generation == served


def test_two_looks_at_once_take_a_generation_over_once(
    kb: KnowledgeBase, serving: Serving, parts: Parts, articles: Path
) -> None:
    first = ingest(parts, articles).generation
    with ThreadPoolExecutor(4) as pool:
        for look in [pool.submit(serving.refresh) for _ in range(8)]:
            look.result(timeout=20)
    (articles / "more.md").write_text("# 另一个\n\n另一个。\n", "utf-8")
    second = ingest(parts, articles).generation

    assert kb.status().generation in {first, second}
    assert served_within(kb, second, 20)
