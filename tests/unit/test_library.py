"""An articles folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.errors import BadArticle, KbError
from kb.library import Library, file_hash


def write(root: Path, *paths: str) -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"# {place.stem}\n", encoding="utf-8")


def test_markdown_files_are_listed_by_path_and_hidden_ones_left_out(tmp_path: Path) -> None:
    write(tmp_path, "zh/错误 4013.md", "en/a.MD", "b.markdown", "zh/deep/c.md")
    write(tmp_path, ".git/d.md", "zh/.draft.md", "notes.txt")

    files = Library(tmp_path).files()

    assert [file.path for file in files] == [
        "b.markdown",
        "en/a.MD",
        "zh/deep/c.md",
        "zh/错误 4013.md",
    ]
    assert files[0].size == len(b"# b\n")
    assert files[3].read().startswith(b"# ")


def test_a_missing_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KbError, match="FIXPOINT_ARTICLES"):
        Library(tmp_path / "none").files()


def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    write(tmp_path, "a.md")

    with pytest.raises(KbError, match=r"a\.md is a file: name the folder that holds it"):
        Library(tmp_path / "a.md").files()


def test_links_inside_are_files_and_others_are_reported(tmp_path: Path) -> None:
    root = tmp_path / "articles"
    write(root, "zh/a.md")
    write(tmp_path, "outside.md")
    (root / "zh/inside.md").symlink_to("a.md")
    (root / "zh/loop.md").symlink_to("loop.md")
    (root / "zh/out.md").symlink_to(tmp_path / "outside.md")
    (root / "zh/round").symlink_to(root, target_is_directory=True)

    files = {file.path: file for file in Library(root).files()}

    assert sorted(files) == ["zh/a.md", "zh/inside.md", "zh/loop.md", "zh/out.md"]
    assert files["zh/inside.md"].read() == b"# a\n"
    for path, says in (("zh/loop.md", "circle"), ("zh/out.md", "out of the articles folder")):
        with pytest.raises(BadArticle, match=says):
            files[path].read()


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.md")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)

    assert [file.path for file in Library(tmp_path / "link").files()] == ["a.md"]


def test_a_file_that_went_away_a_pipe_and_a_huge_one_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "gone.md")
    (tmp_path / "huge.md").write_bytes(b"a" * 10_000_001)
    os.mkfifo(tmp_path / "pipe.md")
    files = {file.path: file for file in Library(tmp_path).files()}
    (tmp_path / "gone.md").unlink()

    for path, says in (("gone.md", "no longer"), ("pipe.md", "no longer"), ("huge.md", "10 MB")):
        with pytest.raises(BadArticle, match=says):
            files[path].read()


def test_a_name_that_is_no_unicode_is_reported(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xc4\xe3.md")).write_bytes(b"# x\n")

    (file,) = Library(tmp_path).files()

    with pytest.raises(BadArticle, match="not UTF-8"):
        file.read()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "zh/a.md")
    (tmp_path / "zh").chmod(0)
    try:
        with pytest.raises(KbError, match="cannot list"):
            Library(tmp_path).files()
    finally:
        (tmp_path / "zh").chmod(0o700)


def test_equal_bytes_have_equal_hashes() -> None:
    assert file_hash(b"a") == file_hash(b"a") != file_hash(b"b")
    assert len(file_hash(b"")) == 32
