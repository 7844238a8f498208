"""Embedded stores to kill, damage and fill, and processes that hold them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kb.index import AllOf, Point
from kb.index_edge import EdgeStore
from kb.names import number as point_id

ROOT = Path(__file__).parents[3]
EVERYTHING = AllOf()
DIMENSIONS = 16
GROWTH = 40
"""Points that each generation has more than the one before."""
KILLS = 4
LONG = 1536
"""Dimensions of vectors of which 2,000 are enough for a graph: building it takes a second."""

WRITER = """
import sys
from pathlib import Path
from kb.index_edge import EdgeStore
from tests.integration.store_edge.processes import DIMENSIONS, grow

store = EdgeStore(Path(sys.argv[1]), dimensions=DIMENSIONS)
while True:
    with store.writing():
        print(grow(store), flush=True)
"""
HOLDER = """
import sys
from pathlib import Path
from kb.index_edge import EdgeStore

store = EdgeStore(Path(sys.argv[1]), dimensions=16)
{hold}
print("held", flush=True)
sys.stdin.read()
"""
PUBLISHER = """
import sys
from pathlib import Path
from kb.index_edge import EdgeStore
from tests.integration.store_edge.processes import LONG, points

store = EdgeStore(Path(sys.argv[1]), dimensions=LONG)
with store.writing():
    index = store.build("g-1", copy_of=None)
    index.upsert(points(0, 2_000, dimensions=LONG))
    print("publishing", flush=True)
    store.publish("g-1", index)
"""
HOLD_WRITING = HOLDER.format(hold="writing = store.writing(); writing.__enter__()")
HOLD_READING = HOLDER.format(hold="reading = store.open(store.current())")


def points(start: int, count: int, *, dimensions: int = DIMENSIONS) -> list[Point]:
    random = np.random.default_rng(start)
    return [
        Point(
            point_id(str(number)),
            {"record": "chunk", "shelf": "chunk/public/validated", "text": "更新到一半报错 4013"},
            random.standard_normal(dimensions).astype(np.float32),
        )
        for number in range(start, start + count)
    ]


def grow(store: EdgeStore) -> str:
    """Publish a generation that has some points more, and tells by its name how many."""
    current = store.current()
    have = int(current.partition("-")[2]) if current else 0
    name = f"g-{have + GROWTH}"
    index = store.build(name, copy_of=current)
    index.upsert(points(have, GROWTH))
    store.publish(name, index)
    store.discard()
    return name


def publish(store: EdgeStore, name: str, *new: Point) -> None:
    index = store.build(name, copy_of=store.current())
    index.upsert(new)
    store.publish(name, index)


def python(script: str, folder: Path) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=pipe, stdout=pipe, text=True, cwd=ROOT
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> str:
    """Kill a process the hard way; what it had still said."""
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0]


def count(store: EdgeStore) -> int:
    name = store.current()
    assert name is not None
    index = store.open(name)
    try:
        return index.count(EVERYTHING)
    finally:
        index.close()


def generations(store: EdgeStore) -> Iterator[Path]:
    return (Path(store.place) / "generations").iterdir()
