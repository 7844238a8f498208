"""Real processes, killed at random moments."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest

from ingest.doctor import examine
from ingest.folder import ingest
from kb import conditions
from kb.errors import IndexBusy
from kb.generation import Generation
from kb.index import AllOf
from kb.wiring import Parts
from tests.parts import parts as parts_in

ROOT = Path(__file__).parent.parent.parent
KILLS = 4
ARTICLES = 60
INGEST = """
import sys
from pathlib import Path
from ingest.folder import ingest
from tests.parts import parts
report = ingest(parts(Path(sys.argv[1])), Path(sys.argv[2]))
print(report.generation)
"""


def started(state: Path, articles: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", INGEST, str(state), str(articles)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def undisturbed(state: Path, articles: Path) -> float:
    """Seconds that an ingest takes of which nobody disturbs anything."""
    begun = monotonic()
    process = started(state, articles)
    process.communicate()
    assert process.returncode == 0
    return monotonic() - begun


def chunks(parts: Parts, generation: str) -> int:
    with closing(parts.store.open(generation)) as index:
        return index.count(AllOf((conditions.is_(conditions.CHUNK),)))


def edit(articles: Path, turn: int) -> None:
    for number in range(ARTICLES):
        steps = f"1. 重新启动，第 {turn} 次。\n2. Ask for part {number}.\n"
        path = articles / f"article-{number}.md"
        path.write_text(f"# 第 {number} 篇\n\n## 解决方法\n\n{steps}", "utf-8")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    edit(folder, 0)
    return folder


def test_kill_9_at_any_moment_leaves_the_served_generation_whole(
    quick_disk: Path, articles: Path
) -> None:
    parts = parts_in(quick_disk)
    whole_s = undisturbed(quick_disk, articles)
    chance = random.Random(4)
    killed = 0

    for turn in range(1, KILLS + 1):
        edit(articles, turn)
        process = started(quick_disk, articles)
        sleep(chance.uniform(0.2, 1.0) * whole_s)
        process.kill()
        killed += process.wait() != 0
        _, errors = process.communicate()
        assert not errors, errors
        served = parts.store.current()
        assert served is not None
        with closing(Generation(served, parts.store.open(served))) as generation:
            assert generation.articles() == ARTICLES
            assert generation.statistics.chunks == chunks(parts, served)

    report = ingest(parts, articles)
    assert killed
    assert not report.problems
    assert not examine(parts, articles).differences


def test_what_was_encoded_before_a_kill_is_not_encoded_again(
    quick_disk: Path, articles: Path
) -> None:
    parts = parts_in(quick_disk)
    whole = ingest(parts, articles)
    shutil.rmtree(quick_disk / "index")

    again = ingest(parts_in(quick_disk), articles)

    assert whole.encoded > 0
    assert again.encoded == 0
    assert again.counts == whole.counts


def test_the_second_of_two_processes_is_told_what_to_do(quick_disk: Path, articles: Path) -> None:
    parts = parts_in(quick_disk)
    with parts.store.writing():
        second = started(quick_disk, articles)
        _, errors = second.communicate(timeout=60)

    assert second.returncode == 1
    assert IndexBusy.__name__ in errors
    assert str(os.getpid()) in errors
