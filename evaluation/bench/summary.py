"""What a bench measured, as Markdown: ratios first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from evaluation import report
from evaluation.bench.goals import Goal, goals
from evaluation.bench.peers import Absent, Peer
from evaluation.bench.rivals import Quality
from evaluation.bench.searching import Growth
from evaluation.bench.sizes import Sized
from evaluation.bench.timing import Timing
from evaluation.report import Provenance


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the bench on one machine."""

    machine: str
    sizes: Mapping[int, Sized]
    """By the number of chunks that was asked for."""
    recording: Mapping[str, float]
    """Median milliseconds that keeping a search adds, by database."""
    peers: Mapping[int, Sequence[Peer | Absent]]
    quality: Quality | None
    growth: Growth | None = None
    whole: bool = True
    """Whether nothing is still to be measured."""


def text(bench: Bench, provenance: Provenance) -> str:
    """The report."""
    lines = report.head(
        "Speed and size",
        f"One run on one machine ({bench.machine}). Encoder, search and recording were measured in "
        "turns: what disturbs one disturbs the other. The rest was measured minutes apart: on a "
        "shared machine, trust it less. Searches are the project's own queries, Chinese and "
        "English. The text is real Markdown as far as the corpora reach; beyond, the same articles "
        "with about one word of four replaced." + ("" if bench.whole else " **Not finished.**"),
        provenance,
    )
    found = goals(bench.sizes, bench.peers, bench.quality, bench.growth)
    lines += ["## Goals", "", *report.table(("goal", "limit", "measured", "met"), _goals(found))]
    lines += ["## A search in process", "", *_searching(bench.sizes)]
    lines += _growth(bench.growth) if bench.growth else []
    lines += ["## Over HTTP", "", *_served(bench.sizes)]
    lines += ["## Ingest", "", *_ingesting(bench.sizes)]
    if bench.recording:
        lines += ["## Keeping a search in the casebook", "", *_recording(bench.recording)]
    for size, each in bench.peers.items():
        lines += [f"## Peers at {size:,} chunks", "", *_peers(each, bench.sizes.get(size))]
    if bench.quality:
        lines += ["## Quality of the peers", "", *_quality(bench.quality)]
    return "\n".join(lines)


def _goals(found: Sequence[Goal]) -> list[list[str]]:
    return [
        [
            each.name,
            f"{'at least' if each.at_least else 'at most'} {each.limit:g}",
            "not measured" if isnan(each.found) else f"{each.found:.3g}",
            "yes" if each.met else "**no**",
        ]
        for each in found
    ]


def _ms(timing: Timing) -> list[str]:
    return [f"{each:.2f}" for each in (timing.p50, timing.p95, timing.p99)]


def _searching(sizes: Mapping[int, Sized]) -> list[str]:
    rows = [
        [f"{each.chunks:,}", what, *_ms(took), f"{took.p50 / each.encoder.p50:.2f}"]
        for each in (sized.searching for sized in sizes.values())
        for what, took in (
            ("the encoder alone", each.encoder),
            ("search", each.search),
        )
    ]
    columns = ("chunks", "what", "p50 ms", "p95 ms", "p99 ms", "by the encoder's p50")
    stages = next(iter(sizes.values())).searching.stages if sizes else {}
    shares = [
        [
            f"{each.chunks:,}",
            *(f"{took:.2f} ms, {_share(each.stages, took)}" for took in each.stages.values()),
        ]
        for each in (sized.searching for sized in sizes.values())
    ]
    return [*report.table(columns, rows), *report.table(("chunks", *stages), shares)]


def _growth(growth: Growth) -> list[str]:
    rows = [
        [f"{chunks:,}", *_ms(took), f"{took.p50 / growth.small.p50:.2f}"]
        for chunks, took in ((growth.smaller, growth.small), (growth.larger, growth.large))
    ]
    columns = (
        "chunks, searched in turns",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "by the smaller one's p50",
    )
    return report.table(columns, rows)


def _share(stages: Mapping[str, float], took: float) -> str:
    return f"{took / sum(stages.values()):.0%}"


def _served(sizes: Mapping[int, Sized]) -> list[str]:
    rows = [
        [
            f"{sized.searching.chunks:,}",
            what,
            *_ms(load.latency),
            f"{load.per_second:.0f}",
            str(load.errors),
            f"{load.latency.p50 / sized.searching.encoder.p50:.2f}",
        ]
        for sized in sizes.values()
        for what, load in (
            ("1", sized.served.one),
            ("8", sized.served.many),
            ("1, while a new generation is made and taken up", sized.served.swap.load),
        )
    ]
    columns = ("chunks", "clients", "p50 ms", "p95 ms", "p99 ms", "requests/s", "errors")
    memory = [
        [
            f"{sized.searching.chunks:,}",
            f"{sized.served.start_s:.2f}",
            f"{sized.served.memory_mb:.0f}",
        ]
        for sized in sizes.values()
    ]
    return [
        *report.table((*columns, "by the encoder's p50"), rows),
        *report.table(("chunks", "start to first answer, s", "resident memory, MB"), memory),
    ]


def _ingesting(sizes: Mapping[int, Sized]) -> list[str]:
    rows = [
        [
            f"{sized.searching.chunks:,}",
            f"{sized.articles:,}",
            *(f"{run.seconds:.1f}" for run in (found.first, found.again, found.one)),
            f"{found.hundredth.seconds:.1f}",
            f"{sized.served.swap.ingest.seconds:.1f}",
            f"{sized.searching.chunks / found.first.seconds:.0f}",
            f"{found.first.peak_mb:.0f}",
            f"{found.disk_mb:.0f}",
        ]
        for sized in sizes.values()
        for found in (sized.ingesting,)
    ]
    columns = (
        "chunks",
        "articles",
        "first, s",
        "nothing changed, s",
        "one article changed, s",
        "1 % changed, s",
        "1 % changed under load, s",
        "chunks/s, first",
        "peak memory of a process, MB",
        "index on disk, MB",
    )
    return report.table(columns, rows)


def _recording(recording: Mapping[str, float]) -> list[str]:
    rows = [[name, f"{added:.2f}"] for name, added in recording.items()]
    return report.table(("casebook", "added to a search, median ms"), rows)


def _peers(peers: Sequence[Peer | Absent], ours: Sized | None) -> list[str]:
    rows = [] if ours is None else [_row_of_ours(ours)]
    rows += [_row(each, ours) for each in peers if isinstance(each, Peer)]
    columns = (
        "what",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "p50 by ours",
        "encoder p50 ms",
        "index s",
        "start s",
        "MB",
        "disk MB",
    )
    absent = [f"- {each.name}: {each.reason}" for each in peers if isinstance(each, Absent)]
    versions = [
        f"- {each.name}: {', '.join(f'{name} {is_}' for name, is_ in each.versions.items())}"
        for each in peers
        if isinstance(each, Peer)
    ]
    return [_FAIRNESS, "", *report.table(columns, rows), *versions, *absent, ""]


_FAIRNESS = """\
The same chunks and the same trained weights: ours as int8 in onnxruntime, the peers' as fp32 in
torch, as their users get them, with the number of threads that was faster. The peers are given
chunks and queries folded as ours fold them (full width, Traditional Chinese). Every query once,
after 20 that were run twice before; a filter that a fifth of the chunks passes; ten answers each.
The row of Fixpoint is a search in process; its start, memory and disk are the whole service's."""


def _row_of_ours(ours: Sized) -> list[str]:
    served = ours.served
    first, disk = ours.ingesting.first.seconds, ours.ingesting.disk_mb
    tail = (f"{first:.0f}", f"{served.start_s:.1f}", f"{served.memory_mb:.0f}", f"{disk:.0f}")
    return ["fixpoint", *_ms(ours.once), "1", f"{ours.searching.encoder.p50:.1f}", *tail]


def _row(peer: Peer, ours: Sized | None) -> list[str]:
    by_ours = f"{peer.p50_ms / ours.once.p50:.1f}" if ours else ""
    latency = [f"{each:.1f}" for each in (peer.p50_ms, peer.p95_ms, peer.p99_ms)]
    tail = (f"{peer.index_s:.0f}", f"{peer.start_s:.1f}", f"{peer.rss_mb:.0f}")
    return [peer.name, *latency, by_ours, f"{peer.encoder_ms:.1f}", *tail, f"{peer.disk_mb:.0f}"]


def _quality(quality: Quality) -> list[str]:
    rows = [
        ["fixpoint", f"{quality.ours:.3f}"],
        ["fixpoint, both sides alike", f"{quality.alike:.3f}"],
        *_rows_of_quality(quality),
    ]
    words = (
        "Our dense share was chosen on development sets, this one among them; with both sides "
        "alike, nothing was. The peers are at their defaults, and are given folded texts."
    )
    return [words, "", *report.table(("what", f"nDCG@10 on {quality.dataset}"), rows)]


def _rows_of_quality(quality: Quality) -> Iterator[list[str]]:
    for name, each in quality.peers.items():
        yield [name, each.reason if isinstance(each, Absent) else f"{each:.3f}"]
