from __future__ import annotations

import logging
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import func, insert, select

from kb.casebook import Casebook
from kb.casebook.acts import AuditLog, Deed
from kb.casebook.database import Database
from kb.casebook.erasure import Erased
from kb.casebook.retention import SLICE, Retired, retire, retiring
from kb.casebook.tables import searches, sessions
from kb.cases import CaseId, Correction, Outcome, SearchId, Verdict
from kb.errors import UnknownActor, UnknownCase, UnknownSearch
from tests.integration.records import AGENT, BANK, NOON, SHOP, VISITOR, a_report, a_search

YEAR = timedelta(days=365)
SHOPS = f"SF-1@{SHOP.actor}"
BY = "key:admin"
SECRET = "我的名字是张三 SECRET-4711"


def texts(casebook: Casebook, case: str) -> list[str | None]:
    history = casebook.history(CaseId(case), AGENT)
    return [
        text for each in history if isinstance(each, Outcome) for text in (each.note, each.symptom)
    ]


def test_erasing_a_case_takes_its_texts_and_those_of_its_searches(casebook: Casebook) -> None:
    made_for = a_search(SHOP, SECRET, case=SHOPS)
    reported, other = (
        a_search(SHOP, SECRET),
        a_search(SHOP, "打印机脱机", case=f"SF-2@{SHOP.actor}"),
    )
    for each in (made_for, reported, other):
        casebook.record(each)
    casebook.report(a_report(reported, case="SF-1", note=SECRET), SHOP, at=NOON)
    casebook.report(replace(a_report(case="SF-1"), symptom=SECRET), AGENT, at=NOON)
    casebook.report(a_report(other, note="好了"), SHOP, at=NOON)

    assert casebook.erase_case(CaseId("SF-1"), by=BY, at=NOON) == Erased(SHOPS, 4)

    assert texts(casebook, "SF-1") == [None] * 4
    assert casebook.search(reported.id) == replace(reported, symptom=None)
    assert casebook.search(made_for.id).symptom is None
    assert casebook.search(other.id) == other
    assert texts(casebook, "SF-2") == ["好了", None]
    assert casebook.erase_case(CaseId("SF-1"), by=BY, at=NOON).texts == 0


def test_what_was_erased_still_counts(casebook: Casebook) -> None:
    said = casebook.report(a_report(case="SF-1", note=SECRET), SHOP, at=NOON)

    casebook.erase_case(said.case, by=BY, at=NOON)

    assert casebook.counts() == {said.solution: {Verdict.SOLVED: 1}}
    assert casebook.history(said.case, SHOP) == [replace(said, note=None)]


def test_a_report_said_again_after_erasure_does_not_bring_its_text_back(casebook: Casebook) -> None:
    report = a_report(case="SF-1", note=SECRET)
    said = casebook.report(report, SHOP, at=NOON, key="k")
    casebook.erase_case(said.case, by=BY, at=NOON)

    assert casebook.report(report, SHOP, at=NOON, key="k") == replace(said, note=None)


def test_erasing_an_actor_takes_what_it_typed_and_what_others_took_over(casebook: Casebook) -> None:
    shops, banks = a_search(SHOP, SECRET), a_search(BANK, "打印机脱机")
    for each in (shops, banks):
        casebook.record(each)
    own = casebook.report(a_report(shops, note=SECRET), SHOP, at=NOON)
    casebook.report(a_report(case=own.case, note=SECRET), AGENT, at=NOON)
    desk = casebook.report(a_report(case="DESK-1", note="from the desk"), AGENT, at=NOON)
    said = casebook.report(a_report(shops, case=None, note=SECRET), SHOP, at=NOON)
    wrong = Correction(Verdict.WRONG, note=SECRET)
    taken_over = casebook.correct(said.id, wrong, AGENT, at=NOON)
    casebook.correct(taken_over.id, Correction(Verdict.PARTLY), AGENT, at=NOON)
    theirs = casebook.report(a_report(banks, note="好了"), BANK, at=NOON)

    assert casebook.erase_actor(SHOP.actor, by=BY, at=NOON).texts == 5

    assert not any(texts(casebook, own.case))
    assert casebook.search(shops.id).symptom is None
    assert casebook.search(banks.id) == banks
    assert texts(casebook, desk.case)[0] == "from the desk"
    assert texts(casebook, theirs.case)[0] == "好了"


def test_an_agents_correction_of_an_erased_actor_is_erased_in_an_agents_case_too(
    casebook: Casebook,
) -> None:
    search = a_search(VISITOR)
    casebook.record(search)
    casebook.report(a_report(search, case="DESK-1", note="from the desk"), AGENT, at=NOON)
    said = casebook.report(a_report(search, note=SECRET), VISITOR, at=NOON)
    casebook.correct(said.id, Correction(Verdict.WRONG, note=SECRET), AGENT, at=NOON)

    casebook.erase_actor(VISITOR.actor, by=BY, at=NOON)

    assert said.case == "DESK-1"
    assert texts(casebook, "DESK-1") == ["from the desk", None, None, None, "", None]


def test_a_correction_keeps_no_text_longer_than_what_it_corrects(casebook: Casebook) -> None:
    later = NOON + timedelta(days=100)
    report = replace(a_report(case="SF-1", note=SECRET), symptom=SECRET)
    said = casebook.report(report, SHOP, at=NOON)
    plain = casebook.correct(said.id, Correction(Verdict.PARTLY), SHOP, at=later)
    noted = casebook.correct(plain.id, Correction(Verdict.SOLVED, note="好了"), SHOP, at=later)
    assert (plain.note, plain.symptom, noted.symptom) == (SECRET, SECRET, SECRET)

    casebook.retire(keep=YEAR, now=NOON + YEAR + timedelta(seconds=1), by=BY)

    assert texts(casebook, "SF-1") == [None, None, None, None, "好了", None]
    casebook.retire(keep=YEAR, now=later + YEAR + timedelta(seconds=1), by=BY)
    assert not any(texts(casebook, "SF-1"))


def test_a_visitor_is_forgotten_by_one_of_its_searches(
    database: Database, casebook: Casebook
) -> None:
    one, other = a_search(VISITOR, SECRET), a_search(VISITOR, SECRET)
    for each in (one, other):
        casebook.record(each)
    said = casebook.report(a_report(other, note=SECRET), VISITOR, at=NOON)
    casebook.correct(said.id, Correction(Verdict.WRONG), AGENT, at=NOON)

    assert casebook.erase_search(one.id, by=BY, at=NOON) == Erased(one.id, 3)

    assert casebook.search(other.id).symptom is None
    assert not any(texts(casebook, said.case))
    act = AuditLog(database).page(limit=1)[0]
    assert (act.actor, act.act, act.object, act.details) == (
        BY,
        Deed.TEXTS_ERASED,
        one.id,
        {"rows": "3"},
    )
    with pytest.raises(UnknownSearch):
        casebook.erase_search(SearchId("none"), by=BY, at=NOON)


def test_a_keys_search_is_forgotten_with_its_case_alone(casebook: Casebook) -> None:
    asked, other = a_search(SHOP, SECRET, case=SHOPS), a_search(SHOP, "打印机脱机")
    for each in (asked, other):
        casebook.record(each)
    casebook.report(a_report(asked, note=SECRET), SHOP, at=NOON)

    assert casebook.erase_search(asked.id, by=BY, at=NOON).texts == 2

    assert not any(texts(casebook, "SF-1"))
    assert casebook.search(other.id) == other


def test_a_case_that_was_only_searched_for_is_forgotten_once_it_is_clear_whose(
    casebook: Casebook,
) -> None:
    shops = a_search(SHOP, SECRET, case=SHOPS)
    banks = a_search(BANK, SECRET, case=f"SF-1@{BANK.actor}")
    for each in (shops, banks):
        casebook.record(each)

    with pytest.raises(UnknownCase, match=SHOPS):
        casebook.erase_case(CaseId("SF-1"), by=BY, at=NOON)
    casebook.erase_case(CaseId(SHOPS), by=BY, at=NOON)

    assert casebook.search(shops.id).symptom is None
    assert casebook.search(banks.id) == banks


def test_who_is_not_known_is_told_and_the_audit_log_says_nothing(
    database: Database, casebook: Casebook
) -> None:
    casebook.record(a_search(SHOP, SECRET))

    for number in ("NOPE", "bad case!", "%", "", "SF-1@key:zzzz"):
        with pytest.raises(UnknownCase, match=f"no case '{number}': name one"):
            casebook.erase_case(CaseId(number), by=BY, at=NOON)
    for actor in ("xx", "key:zzzz", "", "key:%"):
        with pytest.raises(UnknownActor, match=f"nobody called '{actor}'.*fixpoint key list"):
            casebook.erase_actor(actor, by=BY, at=NOON)

    assert not AuditLog(database).page(limit=1)


def test_who_was_forgotten_already_is_still_known(casebook: Casebook) -> None:
    casebook.record(a_search(SHOP, SECRET, case="DESK-1"))

    assert [casebook.erase_actor(SHOP.actor, by=BY, at=NOON).texts for _ in range(2)] == [1, 0]
    assert casebook.erase_case(CaseId("DESK-1"), by=BY, at=NOON).texts == 0


@pytest.mark.parametrize("erase", ["case", "retire"])
def test_what_is_erased_is_nowhere_in_an_sqlite_casebook(tmp_path: Path, erase: str) -> None:
    path = tmp_path / "casebook.sqlite"
    with closing(Database(f"sqlite:///{path}")) as database:
        casebook = Casebook(database)
        for _ in range(50):
            casebook.record(a_search(SHOP, SECRET * 20, case="SF-1"))
        casebook.report(a_report(case="SF-1", note=SECRET), SHOP, at=NOON)
        assert SECRET.encode() in b"".join(each.read_bytes() for each in tmp_path.iterdir())

        if erase == "case":
            casebook.erase_case(CaseId("SF-1"), by=BY, at=NOON)
        else:
            casebook.retire(keep=YEAR, now=NOON + YEAR + timedelta(seconds=1), by=BY)

        assert SECRET.encode() not in b"".join(each.read_bytes() for each in tmp_path.iterdir())


def test_texts_are_retired_when_they_are_too_old(casebook: Casebook) -> None:
    later = NOON + timedelta(days=100)
    old, new = a_search(SHOP, SECRET), a_search(SHOP, "打印机脱机", at=later)
    for each in (old, new):
        casebook.record(each)
    first = casebook.report(a_report(old, case="SF-1", note=SECRET), SHOP, at=NOON)
    second = casebook.report(a_report(new, case="SF-2", note="好了"), SHOP, at=later)

    retired = casebook.retire(keep=YEAR, now=NOON + YEAR + timedelta(seconds=1), by=BY)

    assert retired == Retired(searches=1, entries=1, replies=0, sessions=0)
    assert casebook.search(old.id) == replace(old, symptom=None)
    assert casebook.search(new.id) == new
    assert casebook.history(first.case, SHOP) == [replace(first, note=None)]
    assert casebook.history(second.case, SHOP) == [second]


def test_replies_are_kept_for_a_day_and_sessions_until_they_expire(
    database: Database, casebook: Casebook
) -> None:
    def signed_in(digest: str, hours: int) -> None:
        row = {
            "digest": digest,
            "key_id": "1",
            "at": NOON,
            "expires_at": NOON + timedelta(hours=hours),
        }
        database.write(lambda connection: connection.execute(insert(sessions).values(row)))

    signed_in("old", 1)
    signed_in("new", 3)
    report = a_report(case="SF-1")
    first = casebook.report(report, SHOP, at=NOON - timedelta(days=2), key="k")
    kept = casebook.report(report, SHOP, at=NOON, key="k2")

    retired = casebook.retire(keep=YEAR, now=NOON + timedelta(hours=2), by=BY)

    assert (retired.replies, retired.sessions) == (1, 1)
    assert casebook.report(report, SHOP, at=NOON, key="k2") == kept
    assert casebook.report(report, SHOP, at=NOON, key="k") != first


def test_more_than_a_slice_of_texts_is_retired(database: Database, casebook: Casebook) -> None:
    for _ in range(SLICE + 1):
        casebook.record(a_search())

    retired = casebook.retire(keep=YEAR, now=NOON + 2 * YEAR, by=BY)

    left = select(func.count()).where(searches.c.symptom.is_not(None))
    assert retired.searches == SLICE + 1
    assert database.read(lambda connection: connection.scalar(left)) == 0


def test_a_retirement_that_is_stopped_ends_after_its_slice_and_goes_on_the_next_time(
    database: Database, casebook: Casebook
) -> None:
    for _ in range(2 * SLICE + 1):
        casebook.record(a_search())
    answers = iter([False, True, True, True])

    first = retire(database, keep=YEAR, now=NOON + 2 * YEAR, by=BY, stopped=lambda: next(answers))
    second = casebook.retire(keep=YEAR, now=NOON + 2 * YEAR, by=BY)

    assert (first.searches, second.searches) == (SLICE, SLICE + 1)


def test_addresses_of_who_could_not_sign_in_are_forgotten_when_they_are_too_old(
    database: Database, casebook: Casebook
) -> None:
    log = AuditLog(database)
    address = {"address": "192.0.2.7"}
    log.append(NOON, "anonymous:1", Deed.SIGN_IN_FAILED, "mzxw6ytb", address)
    log.append(NOON, "cli:root", Deed.KEY_CREATED, "mzxw6ytb", {"name": "desk"})
    log.append(NOON + YEAR, "anonymous:1", Deed.SIGN_IN_FAILED, "", address)

    casebook.retire(keep=YEAR, now=NOON + YEAR + timedelta(seconds=1), by=BY)

    assert [(act.object, act.details) for act in log.page(limit=9)] == [
        ("", address),
        ("mzxw6ytb", {"name": "desk"}),
        ("mzxw6ytb", {}),
    ]


def test_a_service_retires_when_it_starts_and_ends_without_delay(
    database: Database, casebook: Casebook
) -> None:
    search = a_search(at=datetime.now(UTC) - 2 * YEAR)
    casebook.record(search)

    with retiring(database, keep=YEAR):
        while casebook.search(search.id).symptom is not None:
            sleep(0.01)

    assert "retention" not in {thread.name for thread in threading.enumerate()}


def test_the_audit_log_tells_what_a_service_retired(
    database: Database, casebook: Casebook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    old = datetime.now(UTC) - 2 * YEAR
    searches_ = [a_search(SHOP, SECRET, at=old) for _ in range(2)]
    for each in searches_:
        casebook.record(each)
    casebook.report(a_report(searches_[0], note=SECRET), SHOP, at=old)

    log = AuditLog(database)
    with retiring(database, keep=YEAR):
        while not log.page(limit=1):
            sleep(0.01)
    with retiring(database, keep=YEAR):
        pass

    (act,) = log.page(limit=9)
    assert (act.actor, act.act, act.object) == ("fixpoint", Deed.TEXTS_RETIRED, "")
    assert act.details == {"searches": "2", "entries": "1"}
    assert caplog.messages == ["retired texts of 2 searches and 1 entries"]


def test_the_audit_log_tells_who_retired_how_much_and_nothing_of_nothing(
    database: Database, casebook: Casebook
) -> None:
    old, new = a_search(SHOP, SECRET), a_search(SHOP, SECRET, at=NOON + YEAR)
    for each in (old, new):
        casebook.record(each)
    casebook.report(a_report(old, note=SECRET), SHOP, at=NOON)
    later = NOON + YEAR + timedelta(seconds=1)

    for _ in range(2):
        casebook.retire(keep=YEAR, now=later, by=BY)

    (act,) = AuditLog(database).page(limit=9)
    assert (act.at, act.actor, act.act) == (later, BY, Deed.TEXTS_RETIRED)
    assert act.details == {"searches": "1", "entries": "1"}


def test_a_casebook_that_fails_does_not_end_the_service(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.close()

    with retiring(database, keep=YEAR):
        while not caplog.messages:
            sleep(0.01)

    assert "stay until tomorrow" in caplog.messages[0]
