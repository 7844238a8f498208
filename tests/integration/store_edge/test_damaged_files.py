"""Embedded generations whose files or names are not what they should be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.errors import IndexDamaged, IndexUnavailable, KbError
from kb.index_edge import EdgeStore
from tests.integration.store_edge.processes import (
    DIMENSIONS,
)


@pytest.mark.parametrize("pattern", ["COMPLETE", "READERS", "shard/segments/*/segment.json"])
def test_a_missing_file_is_named_with_the_way_out(store: EdgeStore, pattern: str) -> None:
    lost = next((Path(store.place) / "generations" / "g-40").glob(pattern))
    lost.unlink()

    with pytest.raises(KbError, match=f"{lost.name} is missing.*fixpoint ingest --rebuild"):
        store.open("g-40")


@pytest.mark.parametrize("pattern", ["payload_storage/tracker.dat", "*/vectors/chunk_0.mmap"])
def test_a_truncated_file_is_found_before_anything_is_served_from_it(
    store: EdgeStore, pattern: str
) -> None:
    """The engine itself opens some of these, without their points."""
    damaged = next(Path(store.place).glob(f"generations/g-40/shard/segments/*/{pattern}"))
    os.truncate(damaged, 10)

    with pytest.raises(IndexDamaged, match=f"{damaged.name} is missing or damaged"):
        store.open("g-40")
    with store.writing(), pytest.raises(IndexDamaged):
        store.build("g-80", copy_of="g-40")


@pytest.mark.parametrize("listing", ["", "[]", '{"shard/edge_config.json": "x"}'])
def test_a_damaged_list_of_files_is_no_list(store: EdgeStore, listing: str) -> None:
    (Path(store.place) / "generations" / "g-40" / "COMPLETE").write_text(listing)

    with pytest.raises(IndexDamaged, match="fixpoint ingest --rebuild"):
        store.open("g-40")


@pytest.mark.parametrize("name", ["", "../../etc", "生成"])
def test_a_damaged_pointer_leads_nowhere(store: EdgeStore, name: str) -> None:
    (Path(store.place) / "CURRENT").write_text(name)

    with pytest.raises(IndexDamaged, match="CURRENT names no generation"):
        store.current()


def test_a_name_never_leaves_the_folder(store: EdgeStore) -> None:
    with pytest.raises(ValueError, match="no name of a generation"):
        store.open("../g-40")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = EdgeStore(tmp_path / "file" / "index", dimensions=DIMENSIONS)

    with pytest.raises(IndexUnavailable, match=f"{tmp_path}.* cannot be made .*FIXPOINT_STATE"):
        store.writing().__enter__()
    with pytest.raises(IndexUnavailable, match=r"Not a directory\): .*FIXPOINT_STATE"):
        store.current()
