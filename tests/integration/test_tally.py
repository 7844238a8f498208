from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Connection

from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.casebook.idempotency import Caller
from kb.casebook.reporting import report
from kb.cases import NOT_TRIED, CaseId, Correction, OutcomeId, Verdict
from kb.domain import Principal, SolutionId
from kb.errors import BadReport
from tests.integration.conftest import NewUrl
from tests.integration.records import AGENT, CABLE, NOON, RESTART, SHOP, a_report

Counts = dict[SolutionId, dict[Verdict, int]]
Said = list[tuple[OutcomeId, Principal]]

CASES = [CaseId(f"工单-{number}") for number in range(6)]


def anew(database: Database) -> Counts:
    """Counts of a casebook that was just opened: of everything, whatever was counted before."""
    return Casebook(database).counts()


def one_more(casebook: Casebook, chance: Random, said: Said) -> None:
    """Say something of some case: a report, a correction, a retraction or a reopening."""
    verdict = chance.choice(list(Verdict))
    match chance.randrange(6 if said else 3):
        case 0 | 1 | 2:
            by, solution = chance.choice((AGENT, SHOP)), chance.choice((CABLE, RESTART))
            new = a_report(case=chance.choice(CASES), verdict=verdict, solution=solution)
            if verdict is Verdict.NOT_SOLVED:
                new = replace(new, tried=chance.choice((NOT_TRIED, 1)))
            said.append((casebook.report(new, by, at=NOON).id, by))
        case 3:
            id_, by = chance.choice(said)
            said.append((casebook.correct(id_, Correction(verdict), by, at=NOON).id, by))
        case 4:
            casebook.retract(*said[-1], at=NOON)
            # It may have taken others along, which cannot be changed any more.
            said.clear()
        case _:
            opened = chance.choice(CASES)
            casebook.report(a_report(case=opened), AGENT, at=NOON)
            casebook.reopen(opened, AGENT, at=NOON)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_up_with_is_what_counting_anew_would_find(
    database: Database, casebook: Casebook, seed: int
) -> None:
    chance = Random(seed)
    said: Said = []

    for _ in range(12):
        for _ in range(chance.randrange(4)):
            one_more(casebook, chance, said)
        assert casebook.counts() == anew(database)


def test_what_could_not_be_tried_counts_for_nothing_until_it_was(casebook: Casebook) -> None:
    untried = replace(a_report(case="SF-1", verdict=Verdict.NOT_SOLVED), tried=NOT_TRIED)
    said = casebook.report(untried, SHOP, at=NOON)
    twice = casebook.report(replace(untried, case=CaseId("SF-2")), SHOP, at=NOON)
    casebook.correct(twice.id, Correction(Verdict.NOT_SOLVED), SHOP, at=NOON)
    before = casebook.counts()

    after_all = casebook.correct(said.id, Correction(Verdict.SOLVED), SHOP, at=NOON)

    assert (before, after_all.tried) == ({}, None)
    assert casebook.counts() == {CABLE: {Verdict.SOLVED: 1}}


def test_nobody_is_helped_by_what_could_not_be_tried(casebook: Casebook) -> None:
    said = casebook.report(a_report(case="SF-1"), SHOP, at=NOON)

    with pytest.raises(BadReport, match="say not_solved"):
        casebook.report(replace(a_report(case="SF-2"), tried=NOT_TRIED), SHOP, at=NOON)
    with pytest.raises(BadReport, match="say not_solved"):
        casebook.correct(said.id, Correction(Verdict.PARTLY, NOT_TRIED), SHOP, at=NOON)


def test_counts_that_were_handed_out_are_their_readers_own(casebook: Casebook) -> None:
    casebook.report(a_report(case="SF-1"), SHOP, at=NOON)

    casebook.counts()[CABLE][Verdict.SOLVED] = 99
    casebook.counts().clear()

    assert casebook.counts() == {CABLE: {Verdict.SOLVED: 1}}


def test_what_another_service_hears_counts_here_too(url: str) -> None:
    with closing(Database(url)) as one, closing(Database(url)) as two:
        here, there = Casebook(one), Casebook(two)
        said = here.report(a_report(case="SF-1"), SHOP, at=NOON)
        assert here.counts() == there.counts() == {CABLE: {Verdict.SOLVED: 1}}

        there.reopen(said.case, SHOP, at=NOON)
        there.report(a_report(case="SF-2", solution=RESTART), SHOP, at=NOON)

        found = {CABLE: {Verdict.NOT_SOLVED: 1}, RESTART: {Verdict.SOLVED: 1}}
        assert here.counts() == there.counts() == found


def test_what_is_seen_after_a_later_number_counts_too(new_url: NewUrl) -> None:
    """PostgreSQL shows an entry when it is committed, and numbers it before."""
    url = new_url("postgresql")
    with closing(Database(url)) as slow, closing(Database(url)) as quick:
        casebook = Casebook(quick)
        casebook.report(a_report(case="SF-0"), SHOP, at=NOON)
        casebook.counts()

        def overtaken(connection: Connection) -> Counts:
            report(connection, a_report(case="SF-1"), Caller(SHOP, NOON), "")
            casebook.report(a_report(case="SF-2"), SHOP, at=NOON)
            return casebook.counts()

        assert slow.write(overtaken) == {CABLE: {Verdict.SOLVED: 2}}
        assert casebook.counts() == {CABLE: {Verdict.SOLVED: 3}}


def test_erasing_words_leaves_the_counts_as_they_are(
    database: Database, casebook: Casebook
) -> None:
    said = casebook.report(a_report(case="SF-1", note="好了"), SHOP, at=NOON)
    before = casebook.counts()

    casebook.erase_case(said.case, by="key:admin", at=NOON)

    assert casebook.counts() == before == anew(database)


def test_threads_may_count_while_others_report(database: Database, casebook: Casebook) -> None:
    def reported(number: int) -> int:
        casebook.report(a_report(case=f"SF-{number % 7}"), SHOP, at=NOON)
        return sum(sum(verdicts.values()) for verdicts in casebook.counts().values())

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(reported, range(40)))

    assert set(seen) <= set(range(1, 8))
    assert casebook.counts() == anew(database) == {CABLE: {Verdict.SOLVED: 7}}
