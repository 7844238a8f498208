from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from evaluation.bench import text
from evaluation.bench.goals import goals
from evaluation.bench.ingesting import Ingesting, Swap
from evaluation.bench.load import Load
from evaluation.bench.peers import Absent, Name, Peer
from evaluation.bench.processes import Run, disk_mb
from evaluation.bench.rivals import Quality
from evaluation.bench.searching import Growth, Searching
from evaluation.bench.sizes import Served, Sized
from evaluation.bench.summary import Bench
from evaluation.bench.summary import text as summary
from evaluation.bench.timing import Timing, alternating, timing
from evaluation.report import Provenance
from kb import markdown

ZH = (
    "---\ntitle: 原来的标题\n---\n# 打印机脱机\n"
    + "\n打印机脱机时重新连接网络，再重启打印机。\n" * 9
)
EN = "# The screen stays black\n" + "\nCharge it for an hour, then press the power button.\n" * 9
LATENCY = Timing(100, 8.0, 10.0, 12.0)
RUN = Run(3.0, 480.0, "")


def sized(p50: float) -> Sized:
    took = {"read": 0.2, "encode": 2.0, "look up": 1.8}
    searching = Searching(
        chunks=10_020,
        encoder=Timing(60, 2.0, 3.0, 4.0),
        search=Timing(60, p50, 6.0, 7.0),
        stages=took,
    )
    load = Load(1, LATENCY, 120.0, 0)
    served = Served(2.0, 480.0, load, replace(load, clients=8, per_second=160.0), Swap(load, RUN))
    once = Timing(60, 4.0, 6.0, 7.0)
    return Sized(700, Ingesting(RUN, RUN, RUN, RUN, 70.0), searching, once, served)


def peer(name: Name, p50: float) -> Peer:
    versions = {"a-library": "1.2"}
    return Peer(
        name, versions, 10_000, 60.0, 9.0, 12.0, 600.0, 1, p50, p50 * 2, p50 * 3, 9.0, run={}
    )


def test_quantiles_are_of_all_durations() -> None:
    found = timing([float(each) for each in range(101)])

    assert (found.count, found.p50, found.p95, found.p99) == (101, 50.0, 95.0, 99.0)


def test_works_take_turns_so_that_what_disturbs_one_disturbs_the_others() -> None:
    turns: list[str] = []
    works = [lambda each: turns.append(f"a {each}"), lambda each: turns.append(f"b {each}")]

    laps = alternating(works, ["x", "y"])

    assert turns == ["a x", "b x", "b y", "a y"]
    assert [len(each) for each in laps] == [2, 2]


def test_articles_are_the_sources_first_and_then_the_same_with_changed_wording() -> None:
    made = list(text.articles([ZH, EN], 5, lambda _: 1))
    bodies = [each.partition("---\n# ")[2] for each in made]

    assert len(made) == 5
    assert {ZH.partition("---\n# ")[2], EN.removeprefix("# ")} == set(bodies[:2])
    assert len(set(bodies)) == 5
    assert list(text.articles([ZH, EN], 5, lambda _: 1)) == made
    assert list(text.articles([ZH], 0, lambda _: 1)) == []


def test_one_article_of_five_is_for_phones() -> None:
    made = islice(text.articles([ZH, EN], 10, lambda _: 1), 10)
    read = [markdown.article(each, path="a.md") for each in made]

    assert [each.environment.products[0] for each in read] == (["phone"] + ["computer"] * 4) * 2
    assert {each.title for each in read} & {"打印机脱机", "The screen stays black"}


def test_without_a_source_there_are_no_articles() -> None:
    with pytest.raises(ValueError, match="no Markdown"):
        list(text.articles([], 1, lambda _: 1))


@pytest.mark.parametrize("source", [ZH, EN])
def test_changed_wording_keeps_the_form(source: str) -> None:
    changed = text.reworded(source * 20, random.Random(1))

    assert changed != source * 20
    assert changed.count("\n") == source.count("\n") * 20
    assert set(changed) <= set(source)


def test_only_text_that_can_be_read_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(EN, "utf-8")
    (tmp_path / "a.md").write_text(ZH, "utf-8")
    (tmp_path / "empty.md").touch()
    (tmp_path / "gbk.md").write_bytes("打印机".encode("gbk"))

    assert text.markdown(tmp_path) == [ZH, EN]
    assert text.write([ZH, EN], tmp_path / "out") == 2
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.md")) == [
        "article-000001.md",
        "article-000002.md",
    ]


def test_holes_in_a_file_take_no_room(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(100_000_000)

    assert disk_mb(tmp_path) < 1


def test_goals_tell_what_was_missed() -> None:
    sizes = {10_000: sized(4.0), 100_000: sized(5.0)}
    growth = Growth(10_020, 100_020, Timing(60, 4.0, 6.0, 7.0), Timing(60, 7.0, 9.0, 10.0))
    absent = Absent(Name.CHROMA, "not installed")
    peers: dict[int, list[Peer | Absent]] = {10_000: [peer(Name.HAYSTACK_MEMORY, 90.0), absent]}
    quality = Quality(
        "a-set", 0.86, 0.85, {Name.TXTAI: 0.84, Name.CHROMA: Absent(Name.CHROMA, "gone")}
    )

    found = {each.name: each for each in goals(sizes, peers, quality, growth)}

    missed = [name for name, each in found.items() if not each.met]
    assert missed == ["in process, p50 at 100,000 by p50 at 10,000"]
    assert found["in process, p50 by the bare encoder's"].found == 2.0
    assert found["p50 of Haystack's pipeline by ours, 10,000 chunks, filtered"].found == 22.5
    assert found["nDCG@10 on a-set, ours less the best peer's"].found == pytest.approx(0.02)


def test_goals_of_what_was_not_measured_are_left_out() -> None:
    assert goals({1_000: sized(4.0)}, {}, None) == []
    assert goals({}, {10_000: [peer(Name.TXTAI, 50.0)]}, None) == []


def test_a_goal_against_peers_that_failed_is_not_met() -> None:
    absent: list[Peer | Absent] = [Absent(Name.TXTAI, "not installed")]
    quality = Quality("a-set", 0.86, 0.85, {Name.TXTAI: Absent(Name.TXTAI, "gone")})

    found = goals({10_000: sized(4.0)}, {10_000: absent}, quality)[-3:]

    assert [each.met for each in found] == [False, False, False]
    bench = Bench("2 cores", {10_000: sized(4.0)}, {}, {10_000: absent}, quality)
    told = summary(bench, Provenance("make bench", "Markdown", "fingerprint", "abc1234"))
    assert told.count("| not measured | **no** |") == 3


def test_answers_that_are_errors_are_no_good() -> None:
    failing = sized(4.0)
    many = replace(failing.served.many, errors=90)
    found = goals({10_000: replace(failing, served=replace(failing.served, many=many))}, {}, None)

    assert {each.name: each.found for each in found}[
        "HTTP with 8 clients, good answers a second"
    ] == pytest.approx(16.0)


def test_a_report_names_its_source_and_every_figure() -> None:
    bench = Bench(
        machine="2 cores",
        sizes={10_000: sized(4.0)},
        recording={"SQLite": 0.45},
        peers={10_000: [peer(Name.TXTAI, 40.0), Absent(Name.CHROMA, "not installed")]},
        quality=Quality("a-set", 0.86, 0.85, {Name.TXTAI: 0.84}),
        growth=Growth(10_020, 100_020, Timing(60, 4.0, 6.0, 7.0), Timing(60, 7.0, 9.0, 10.0)),
    )

    told = summary(bench, Provenance("make bench", "Markdown", "fingerprint", "abc1234"))

    assert "abc1234" in told
    assert "| 10,020 | search | 4.00 | 6.00 | 7.00 | 2.00 |" in told
    assert "2.00 ms, 50%" in told
    assert "| 100,020 | 7.00 | 9.00 | 10.00 | 1.75 |" in told
    assert "| SQLite | 0.45 |" in told
    assert "| txtai_hybrid | 40.0 | 80.0 | 120.0 | 10.0 | 9.0 | 60 | 9.0 | 600 | 12 |" in told
    assert "- chroma_dense: not installed" in told
    assert "| fixpoint | 0.860 |" in told
