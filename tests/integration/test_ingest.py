from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from ingest.doctor import examine
from ingest.folder import dry_run, ingest
from kb import blobs, directory, points
from kb.conditions import SOURCE
from kb.domain import (
    ArticleId,
    Principal,
    Query,
    Scope,
    visibility,
)
from kb.errors import IndexBusy, IndexUnavailable, KbError
from kb.generation import DIRECTORY, Generation
from kb.index import Point
from kb.indexing import known_records, next_name
from kb.search import Searcher
from kb.wiring import Parts
from tests.parts import parts as parts_in

CUSTOMER = Principal("customer", frozenset({Scope.SEARCH}))
AGENT = Principal("agent", frozenset({Scope.AGENT}))

PRINTER = """---
title: 打印机脱机
summary: 打印机显示脱机，无法打印。
symptoms: [打印机显示脱机, 打印没反应]
audience: public
confidence: not-validated
---

## 原因

路由器换过密码以后打印机没有重新联网。

## 解决方法

1. 重新启动打印机和路由器。
2. 在打印机上重新选择无线网络。

::: internal
先问客户路由器的型号。
:::
"""

SCREEN = """# Screen stays black

## Symptoms

The screen stays black after an update.

## Resolution

1. Charge the phone for an hour.
2. Force a restart.
"""


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return parts_in(tmp_path / "state")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write(folder, "zh/printer-offline.md", PRINTER)
    write(folder, "en/screen-black.md", SCREEN)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def found(parts: Parts, symptom: str, principal: Principal = CUSTOMER) -> list[str]:
    """Ids of the solutions whose text holds a word of the symptom."""
    current = parts.store.current()
    assert current is not None
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    with closing(Generation(current, parts.store.open(current))) as generation:
        trace = searcher.trace(generation, Query(symptom), visibility(principal))
    return [each.id for each in trace.fused if each.lexical is not None]


def healthy(parts: Parts, articles: Path) -> bool:
    examination = examine(parts, articles)
    return not examination.differences and not examination.problems


def test_articles_go_in_and_ranked_solutions_come_out(parts: Parts, articles: Path) -> None:
    report = ingest(parts, articles)

    assert report.published
    assert (report.files, report.changed, report.gone, report.problems) == (2, 2, 0, ())
    assert report.encoded == report.counts.added
    assert found(parts, "打印機顯示離線") == ["printer-offline"]
    assert found(parts, "my screen is black") == ["screen-black"]
    assert healthy(parts, articles)


def test_nothing_changed_writes_nothing(parts: Parts, articles: Path) -> None:
    first = ingest(parts, articles)

    again = ingest(parts, articles)

    assert not again.published
    assert (again.changed, again.encoded, again.generation) == (0, 0, first.generation)


def test_only_the_changed_chunks_of_a_changed_article_are_encoded(
    parts: Parts, articles: Path
) -> None:
    ingest(parts, articles)
    parts.cache.unlink()
    write(articles, "zh/printer-offline.md", PRINTER.replace("一没", "").replace("密码", "名称"))

    report = ingest(parts, articles)

    assert (report.changed, report.encoded) == (1, 1)
    assert (report.counts.added, report.counts.deleted) == (1, 1)
    assert healthy(parts, articles)


def test_an_article_made_internal_is_gone_for_the_public_at_once(
    parts: Parts, articles: Path
) -> None:
    ingest(parts, articles)
    write(
        articles, "zh/printer-offline.md", PRINTER.replace("audience: public", "audience: internal")
    )

    report = ingest(parts, articles)

    assert (report.encoded, report.counts.added, report.counts.deleted) == (0, 0, 0)
    assert found(parts, "打印机脱机") == []
    assert found(parts, "打印机脱机", AGENT) == ["printer-offline"]
    assert healthy(parts, articles)


def test_an_archived_article_is_gone_for_everyone(parts: Parts, articles: Path) -> None:
    ingest(parts, articles)
    write(articles, "zh/printer-offline.md", PRINTER.replace("not-validated", "archived"))

    report = ingest(parts, articles)

    assert report.encoded == 0
    assert found(parts, "打印机脱机", AGENT) == []


def test_an_internal_block_is_found_by_staff_only(parts: Parts, articles: Path) -> None:
    ingest(parts, articles)

    assert found(parts, "询问客户的型号") == []
    assert found(parts, "询问客户的型号", AGENT) == ["printer-offline"]


def test_a_deleted_article_leaves_no_orphan(parts: Parts, articles: Path) -> None:
    ingest(parts, articles)
    (articles / "zh/printer-offline.md").unlink()

    report = ingest(parts, articles)

    assert (report.gone, report.encoded) == (1, 0)
    assert report.counts.deleted > 0
    assert found(parts, "打印机脱机", AGENT) == []
    assert healthy(parts, articles)


def test_a_renamed_article_is_not_encoded_again(parts: Parts, articles: Path) -> None:
    ingest(parts, articles)
    (articles / "zh/printer-offline.md").rename(articles / "zh/printer.md")

    report = ingest(parts, articles)

    assert (report.gone, report.encoded) == (1, 0)
    assert found(parts, "打印机脱机") == ["printer"]
    assert healthy(parts, articles)


def test_an_article_with_an_id_of_its_own_survives_a_rename(parts: Parts, articles: Path) -> None:
    write(articles, "zh/printer-offline.md", PRINTER.replace("title:", "id: printer-lost\ntitle:"))
    ingest(parts, articles)
    (articles / "zh/printer-offline.md").rename(articles / "zh/printer.md")

    report = ingest(parts, articles)

    assert (report.gone, report.encoded, report.counts.added, report.counts.deleted) == (0, 0, 0, 0)
    assert found(parts, "打印机脱机") == ["printer-lost"]
    assert healthy(parts, articles)


def test_a_broken_article_is_reported_and_what_was_served_of_it_stays(
    parts: Parts, articles: Path
) -> None:
    ingest(parts, articles)
    write(articles, "zh/printer-offline.md", PRINTER.replace("not-validated", "certain"))
    write(articles, "en/screen-black.md", SCREEN.replace("an hour", "two hours"))

    report = ingest(parts, articles)

    assert [problem.path for problem in report.problems] == ["zh/printer-offline.md"]
    assert report.problems[0].line == 6
    assert "not-validated" in report.problems[0].reason
    assert report.published
    assert found(parts, "打印机脱机") == ["printer-offline"]
    assert ingest(parts, articles).problems, "it is told again until it is mended"


def test_two_files_of_one_solution_are_an_error_that_names_both(
    parts: Parts, articles: Path
) -> None:
    ingest(parts, articles)
    write(articles, "zh/a-copy.md", PRINTER.replace("title:", "id: printer-offline\ntitle:"))

    report = ingest(parts, articles)

    assert [problem.path for problem in report.problems] == ["zh/a-copy.md"]
    assert "zh/printer-offline.md" in report.problems[0].reason
    assert not report.published


def test_a_dry_run_tells_and_writes_nothing(parts: Parts, articles: Path) -> None:
    would = dry_run(parts, articles)
    assert parts.store.current() is None

    did = ingest(parts, articles)

    assert (would.counts, would.encoded, would.changed) == (did.counts, did.encoded, did.changed)


def test_a_rebuild_encodes_nothing_that_was_encoded_before(parts: Parts, articles: Path) -> None:
    before = ingest(parts, articles)

    after = ingest(parts, articles, rebuild=True)

    assert after.published
    assert (after.encoded, after.counts) == (0, before.counts)
    assert healthy(parts, articles)


def test_the_doctor_finds_what_differs(parts: Parts, articles: Path) -> None:
    before = examine(parts, articles)
    assert (before.generation, before.sound) == (None, False)
    ingest(parts, articles)
    write(articles, "en/new.md", "# New\n\nA new page.\n")
    (articles / "en/screen-black.md").unlink()
    write(articles, "zh/printer-offline.md", PRINTER.replace("密码", "名称"))

    differences = examine(parts, articles).differences

    assert {each.what: each.examples for each in differences} == {
        "articles not indexed": ("en/new.md",),
        "articles indexed without a file": ("en/screen-black.md",),
        "articles that changed since": ("zh/printer-offline.md",),
        "chunks not indexed": ("en/new.md", "zh/printer-offline.md"),
        "orphaned chunks": ("en/screen-black.md", "zh/printer-offline.md"),
    }


def test_the_doctor_finds_who_may_see_too_much_and_what_search_would_not_know(
    parts: Parts, articles: Path
) -> None:
    served = ingest(parts, articles).generation
    again = next_name(parts.schema, served)
    with parts.store.writing():
        index = parts.store.build(again, copy_of=served)
        (record,) = (
            each for each in known_records(index).values() if each.path == "zh/printer-offline.md"
        )
        moved = {"shelf": "source/internal/wip"}
        (source,) = index.vectors([points.source_id(record.article)])
        (chunk, *_) = index.vectors(list(record.chunks or ()))
        index.relabel(
            {source.id: {**source.payload, **moved}, chunk.id: {**chunk.payload, **moved}}
        )
        blobs.write(index, DIRECTORY, directory.to_bytes(directory.empty()))
        parts.store.publish(again, index)

    differences = examine(parts, articles).differences

    assert {each.what for each in differences} == {
        "chunks or articles that others may see",
        "chunks that the directory does not know",
    }
    assert differences[0].examples == ("zh/printer-offline.md",)


def test_the_doctor_tells_an_index_of_another_form_as_one_difference(
    parts: Parts, articles: Path
) -> None:
    served = ingest(parts, articles).generation
    old = Point(points.source_id(ArticleId("zh/old")), {"record": SOURCE, "path": "old.md"})
    with parts.store.writing():
        index = parts.store.build("of-another-form-000009.abcdef", copy_of=served)
        index.upsert([old])
        parts.store.publish("of-another-form-000009.abcdef", index)

    differences = examine(parts, articles).differences

    assert [each.what for each in differences] == ["made by another encoder, vocabulary or version"]


def test_a_second_ingest_at_once_is_told_what_to_do(parts: Parts, articles: Path) -> None:
    with parts.store.writing(), pytest.raises(IndexBusy, match="wait until it ends"):
        ingest(parts_in(parts.cache.parent), articles)


def test_a_missing_folder_is_named(parts: Parts, tmp_path: Path) -> None:
    with pytest.raises(KbError, match="nowhere"):
        ingest(parts, tmp_path / "nowhere")


def test_a_phrase_that_moves_from_the_front_matter_to_the_text_is_encoded_as_text(
    parts: Parts, articles: Path
) -> None:
    body = "# 手机坏了\n\n## 症状\n\n屏幕全黑\n"
    write(articles, "zh/broken.md", f"---\nsymptoms: [屏幕全黑]\n---\n{body}")
    ingest(parts, articles)
    write(articles, "zh/broken.md", f"---\nsymptoms: [不亮]\n---\n{body}")

    ingest(parts, articles)

    assert healthy(parts, articles)


def test_an_alias_of_an_unchanged_article_is_taken(parts: Parts, articles: Path) -> None:
    write(articles, "zh/printer-offline.md", PRINTER.replace("title:", "aliases: [old]\ntitle:"))
    ingest(parts, articles)
    write(articles, "zh/old.md", PRINTER)

    report = ingest(parts, articles)

    assert [problem.path for problem in report.problems] == ["zh/old.md"]


def test_two_articles_swap_their_ids(parts: Parts, articles: Path) -> None:
    def named(name: str, id_: str, text: str) -> None:
        write(articles, name, f"---\nid: {id_}\ntitle: {text}\nconfidence: wip\n---\n{text}\n")

    named("zh/a.md", "x", "打印机缺纸")
    named("zh/b.md", "y", "键盘失灵")
    ingest(parts, articles)
    named("zh/a.md", "y", "打印机缺纸")
    named("zh/b.md", "x", "键盘失灵")

    report = ingest(parts, articles)

    assert (report.problems, report.gone) == ((), 0)
    assert found(parts, "打印机缺纸", AGENT)[0] == "y"
    assert healthy(parts, articles)


def test_what_was_served_of_a_broken_article_survives_a_rebuild(
    parts: Parts, articles: Path
) -> None:
    ingest(parts, articles)
    write(articles, "zh/printer-offline.md", PRINTER.replace("not-validated", "certain"))

    report = ingest(parts, articles, rebuild=True)

    assert [problem.path for problem in report.problems] == ["zh/printer-offline.md"]
    assert found(parts, "打印机脱机") == ["printer-offline"]
    assert not examine(parts, articles).differences


def test_a_folder_without_any_indexed_article_is_doubted(
    parts: Parts, articles: Path, tmp_path: Path
) -> None:
    write(articles, "en/third.md", "# Third\n\ntext\n")
    served = ingest(parts, articles).generation
    (tmp_path / "elsewhere").mkdir()

    with pytest.raises(KbError, match="--rebuild"):
        ingest(parts, tmp_path / "elsewhere")
    assert parts.store.current() == served

    emptied = ingest(parts, tmp_path / "elsewhere", rebuild=True)
    assert emptied.published
    assert found(parts, "打印机脱机") == []


def test_an_index_that_was_deleted_comes_back_under_another_name(
    parts: Parts, articles: Path
) -> None:
    before = ingest(parts, articles)
    shutil.rmtree(parts.cache.parent / "index")

    after = ingest(parts, articles)

    assert after.encoded == 0
    assert after.generation != before.generation


def test_a_damaged_vector_cache_is_named(parts: Parts, articles: Path) -> None:
    ingest(parts, articles)
    parts.cache.write_bytes(b"no database, but long enough to be one" * 200)

    with pytest.raises(IndexUnavailable, match=r"vectors\.sqlite.*delete the file"):
        ingest(parts, articles, rebuild=True)


def test_a_range_that_means_any_version_is_no_difference(parts: Parts, articles: Path) -> None:
    front = 'title: t\nconfidence: wip\nenvironment: {ios: ["<18", ">=18"]}'
    write(articles, "zh/any.md", f"---\n{front}\n---\n正文\n")

    ingest(parts, articles)

    assert healthy(parts, articles)
