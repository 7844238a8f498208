"""What the tests of the stores share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """A folder in memory where there is enough of it: the engine syncs hundreds of files."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30
    with TemporaryDirectory(dir=MEMORY if roomy else None) as folder:
        yield Path(folder)
