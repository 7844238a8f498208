from __future__ import annotations

from pathlib import Path

import pytest

from ingest.components import MarkdownReader, Sourced
from kb.domain import ArticleId
from kb.errors import BadArticle
from kb.library import Library


def read(
    root: Path, claimed: dict[ArticleId, str] | None = None
) -> tuple[list[Sourced], list[BadArticle]]:
    outputs = MarkdownReader(claimed).run(Library(root).files())
    return outputs["articles"], outputs["problems"]


def write(root: Path, path: str, front: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: 标题\nconfidence: wip\n{front}\n---\n正文\n", "utf-8")


@pytest.mark.parametrize(
    ("first", "second", "front", "other"),
    [
        ("zh/a.md", "zh/b.md", "", "id: a"),
        ("zh/a.md", "zh/b.md", "", "aliases: [x, a]"),
        ("zh/a.md", "zh/b.md", "aliases: [old]", "aliases: [old]"),
        ("zh/Update.md", "zh/update.md", "", ""),
        ("zh/cafe\u0301.md", "zh/caf\u00e9.md", "", ""),
        ("zh/a.markdown", "zh/a.md", "", ""),
    ],
    ids=["id", "alias", "two aliases", "case", "Unicode form", "suffix"],
)
def test_the_second_file_of_one_name_is_a_problem_that_names_the_first(
    tmp_path: Path, first: str, second: str, front: str, other: str
) -> None:
    write(tmp_path, first, front)
    write(tmp_path, second, other)

    articles, problems = read(tmp_path)

    assert [sourced.article.path for sourced in articles] == [first]
    assert [problem.path for problem in problems] == [second]
    assert first in problems[0].reason


def test_translations_do_not_clash(tmp_path: Path) -> None:
    write(tmp_path, "zh/a.md", "aliases: [b]")
    write(tmp_path, "en/a.md", "aliases: [b]")

    articles, problems = read(tmp_path)

    assert (len(articles), problems) == (2, [])


def test_an_indexed_article_keeps_its_id(tmp_path: Path) -> None:
    write(tmp_path, "zh/a.md", "id: taken")
    write(tmp_path, "zh/z.md", "id: taken")

    articles, problems = read(tmp_path, {ArticleId("zh/taken"): "zh/z.md"})

    assert [sourced.article.path for sourced in articles] == ["zh/z.md"]
    assert [problem.path for problem in problems] == ["zh/a.md"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, "zh/a.md")
    (tmp_path / "zh/b.md").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "zh/c.md").write_text("", "utf-8")
    (tmp_path / "zh/错误 4013.md").write_bytes("# 更新失败\n\n请重新启动。\n".encode("gbk"))

    articles, problems = read(tmp_path)

    assert [sourced.article.title for sourced in articles] == ["标题", "c", "更新失败"]
    assert [problem.path for problem in problems] == ["zh/b.md"]
