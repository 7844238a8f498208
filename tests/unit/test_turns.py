from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

from kb.casebook.turns import AT_ONCE, PATIENCE_S, Job, Turns


def job(*, durable: bool = True) -> Job:
    return Job(lambda _: None, durable)


class Written:
    """What was committed together; each commit waits until it may go on."""

    def __init__(self) -> None:
        self.commits: list[list[Job]] = []
        self.begun, self.free = Event(), Event()

    def __call__(self, jobs: Sequence[Job]) -> None:
        self.commits.append(list(jobs))
        self.begun.set()
        assert self.free.wait(30)
        for each in jobs:
            each.ended()


def waiting(turns: Turns, writes: int) -> None:
    while len(turns) < writes:
        sleep(0.001)


def test_what_waits_meanwhile_shares_the_next_commit() -> None:
    written = Written()
    turns = Turns(written)
    first, *others = (job() for _ in range(AT_ONCE + 2))

    with ThreadPoolExecutor(len(others) + 1) as pool:
        pool.submit(turns.wait, first)
        assert written.begun.wait(30)
        for each in others:
            pool.submit(turns.wait, each)
        waiting(turns, len(others))
        written.free.set()

    assert [len(each) for each in written.commits] == [1, AT_ONCE, 1]
    assert {id(each) for commit in written.commits for each in commit} == {
        id(each) for each in (first, *others)
    }


def test_one_that_gives_up_leaves_the_turn_to_who_still_waits() -> None:
    written = Written()
    turns = Turns(written)
    first, hasty, patient = job(), job(durable=False), job()

    with ThreadPoolExecutor(3) as pool:
        pool.submit(turns.wait, first)
        assert written.begun.wait(30)
        gave_up = pool.submit(turns.wait, hasty)
        waiting(turns, 1)
        kept = pool.submit(turns.wait, patient)
        assert gave_up.result(PATIENCE_S + 30) is False
        written.free.set()
        assert kept.result(30)

    assert not hasty.done
    assert patient.done


def test_every_write_of_many_threads_is_done_once() -> None:
    commits: list[Job] = []

    def commit(jobs: Sequence[Job]) -> None:
        commits.extend(jobs)
        for each in jobs:
            each.ended()

    turns, together = Turns(commit), Barrier(20)

    def write(number: int) -> bool:
        together.wait(30)
        return all(turns.wait(job(durable=bool(number % 2))) for _ in range(200))

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(write, range(20)))

    assert len(commits) == len({id(each) for each in commits}) == 4000
    assert not turns


def test_who_wants_to_be_alone_waits_for_all_that_came_before() -> None:
    written = Written()
    written.free.set()
    turns = Turns(written)

    with ThreadPoolExecutor(1) as pool:
        with turns.alone():
            later = pool.submit(turns.wait, job())
            waiting(turns, 1)
            assert not written.commits
        assert later.result(30)

    assert len(written.commits) == 1
