"""What one reader said of one search, as their page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.cases import Correction, Report, Search, SearchId, Verdict
from kb.domain import ANYWHERE, Language, Principal, Scope, SolutionId
from kb.errors import UnknownSearch

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CABLE, RESTORE = SolutionId("换线"), SolutionId("restore")
CUSTOMER = Principal("anonymous:a", frozenset({Scope.SEARCH}))
STRANGER = Principal("anonymous:b", frozenset({Scope.SEARCH}))
AGENT = Principal("key:c", frozenset({Scope.SEARCH, Scope.AGENT}))


@pytest.fixture
def casebook(tmp_path: Path) -> Iterator[Casebook]:
    with closing(Database(f"sqlite:///{tmp_path / 'casebook.sqlite'}")) as database:
        yield Casebook(database)


def searched(casebook: Casebook) -> SearchId:
    id_ = SearchId(str(uuid4()))
    by = CUSTOMER.actor
    casebook.record(
        Search(id_, NOON, by, "报错 4013", ANYWHERE, Language.ZH, "g1", "", matched=True, shown=())
    )
    return id_


def test_it_is_the_last_word_on_each_solution(casebook: Casebook) -> None:
    search = searched(casebook)
    assert casebook.said(search, CUSTOMER) == {}

    for solution in (CABLE, RESTORE):
        casebook.report(Report(solution, Verdict.PARTLY, search=search), CUSTOMER, at=NOON)
    first = casebook.said(search, CUSTOMER)[CABLE]
    casebook.correct(first.id, Correction(Verdict.SOLVED), CUSTOMER, at=NOON)

    said = casebook.said(search, CUSTOMER)
    assert {id_: each.verdict for id_, each in said.items()} == {
        CABLE: Verdict.SOLVED,
        RESTORE: Verdict.PARTLY,
    }


def test_it_holds_neither_other_searches_nor_other_peoples_words(casebook: Casebook) -> None:
    search, other = searched(casebook), searched(casebook)
    casebook.report(Report(CABLE, Verdict.PARTLY, search=other), CUSTOMER, at=NOON)
    casebook.report(Report(CABLE, Verdict.WRONG, search=search), AGENT, at=NOON)

    assert casebook.said(search, CUSTOMER) == {}
    assert casebook.said(search, AGENT)[CABLE].verdict is Verdict.WRONG


def test_what_was_taken_back_is_said_no_more(casebook: Casebook) -> None:
    search = searched(casebook)
    kept = casebook.report(Report(CABLE, Verdict.SOLVED, search=search), CUSTOMER, at=NOON)
    casebook.retract(kept.id, CUSTOMER, at=NOON)

    assert casebook.said(search, CUSTOMER) == {}


def test_what_somebody_else_took_back_can_be_reported_anew(casebook: Casebook) -> None:
    search = searched(casebook)
    report = Report(CABLE, Verdict.SOLVED, search=search)
    first = casebook.report(report, CUSTOMER, at=NOON)
    casebook.correct(first.id, Correction(Verdict.PARTLY), CUSTOMER, at=NOON)
    casebook.retract(first.id, AGENT, at=NOON)

    assert casebook.said(search, CUSTOMER) == {}
    again = casebook.report(report, CUSTOMER, at=NOON)
    assert casebook.said(search, CUSTOMER) == {CABLE: again}


def test_what_a_reopening_undid_can_be_reported_anew(casebook: Casebook) -> None:
    search = searched(casebook)
    solved = casebook.report(Report(CABLE, Verdict.SOLVED, search=search), CUSTOMER, at=NOON)
    failed = casebook.report(Report(RESTORE, Verdict.WRONG, search=search), CUSTOMER, at=NOON)
    casebook.reopen(solved.case, AGENT, at=NOON)

    assert casebook.said(search, CUSTOMER) == {RESTORE: failed}


def test_a_stranger_learns_nothing_of_a_search(casebook: Casebook) -> None:
    search = searched(casebook)

    for asked in (search, SearchId("no such search")):
        with pytest.raises(UnknownSearch):
            casebook.said(asked, STRANGER)
