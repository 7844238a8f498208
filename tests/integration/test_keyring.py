from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kb.casebook.acts import Act, AuditLog, Deed
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring, NewKey
from kb.casebook.tables import metadata, sessions
from kb.domain import Scope
from kb.errors import BadKeyName, UnknownKey
from kb.identity import KeyId

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
EVENING = NOON + timedelta(hours=12)


@pytest.fixture
def keyring(database: Database) -> Keyring:
    return Keyring(database)


@pytest.fixture
def agent(keyring: Keyring) -> NewKey:
    return keyring.create("客服台", Scope.AGENT, actor="cli:root", at=NOON)


def deeds(database: Database) -> list[tuple[str, str, str]]:
    acts = AuditLog(database).page(limit=100)
    return [(act.actor, act.act, act.object) for act in reversed(acts)]


def test_a_key_is_found_by_its_text_alone(keyring: Keyring, agent: NewKey) -> None:
    other = keyring.create("另一个", Scope.ADMIN, actor="cli:root", at=NOON)

    assert keyring.key(agent.text) == agent.key
    assert keyring.key(other.text) == other.key
    assert keyring.key(agent.text[:12] + other.text[12:]) is None
    assert keyring.key(agent.text[:-1] + ("A" if agent.text[-1] != "A" else "B")) is None
    assert keyring.key("") is None


def test_no_key_token_or_their_parts_are_in_the_database(
    database: Database, keyring: Keyring, agent: NewKey
) -> None:
    token = keyring.sign_in(agent.key, at=NOON, until=EVENING)

    kept = database.read(
        lambda connection: [
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        ]
    )

    assert agent.key.id in "".join(kept)
    assert agent.text[13:] not in "".join(kept)
    assert token not in "".join(kept)


def test_keys_are_listed_oldest_first_with_the_revoked(keyring: Keyring, agent: NewKey) -> None:
    later = keyring.create("Writers", Scope.WRITER, actor="cli:root", at=LATER)
    keyring.revoke(agent.key.id, actor="cli:root", at=EVENING)

    first, second = keyring.all()

    assert (first.id, first.revoked_at) == (agent.key.id, EVENING)
    assert second == later.key


def test_a_revoked_key_and_its_sessions_are_over_at_once(keyring: Keyring, agent: NewKey) -> None:
    token = keyring.sign_in(agent.key, at=NOON, until=EVENING)

    keyring.revoke(agent.key.id, actor="cli:root", at=LATER)

    assert keyring.key(agent.text) is None
    assert keyring.session(token, at=LATER) is None


def test_revoking_twice_keeps_the_first_time_and_is_one_act(
    database: Database, keyring: Keyring, agent: NewKey
) -> None:
    for at in (LATER, EVENING):
        assert keyring.revoke(agent.key.id, actor="cli:root", at=at).revoked_at == LATER

    assert [deed for _, deed, _ in deeds(database)] == [Deed.KEY_CREATED, Deed.KEY_REVOKED]


@pytest.mark.parametrize("id_", ["aaaaaaaa", "", "a\0b", "\ud800", "x" * 5000])
def test_a_key_that_does_not_exist_cannot_be_revoked(
    keyring: Keyring, agent: NewKey, id_: str
) -> None:
    with pytest.raises(UnknownKey, match="fixpoint key list"):
        keyring.revoke(KeyId(id_), actor="cli:root", at=NOON)

    assert keyring.key(agent.text) == agent.key


def test_a_bad_name_makes_no_key(database: Database, keyring: Keyring) -> None:
    with pytest.raises(BadKeyName):
        keyring.create("two\nlines", Scope.ADMIN, actor="cli:root", at=NOON)

    assert keyring.all() == []
    assert deeds(database) == []


def test_a_session_lasts_until_its_end(keyring: Keyring, agent: NewKey) -> None:
    token = keyring.sign_in(agent.key, at=NOON, until=EVENING)

    assert keyring.session(token, at=EVENING - timedelta(microseconds=1)) == agent.key
    assert keyring.session(token, at=EVENING) is None
    assert keyring.session(token[:-1] + ("A" if token[-1] != "A" else "B"), at=NOON) is None
    assert keyring.session("", at=NOON) is None


def test_signing_out_ends_one_session_and_is_written_down_once(
    database: Database, keyring: Keyring, agent: NewKey
) -> None:
    one, other = (keyring.sign_in(agent.key, at=NOON, until=EVENING) for _ in range(2))

    keyring.sign_out(one, at=LATER)
    keyring.sign_out(one, at=LATER)

    assert keyring.session(one, at=LATER) is None
    assert keyring.session(other, at=LATER) == agent.key
    actor = f"key:{agent.key.id}"
    assert deeds(database) == [
        ("cli:root", Deed.KEY_CREATED, agent.key.id),
        (actor, Deed.SIGNED_IN, ""),
        (actor, Deed.SIGNED_IN, ""),
        (actor, Deed.SIGNED_OUT, ""),
    ]


def test_sessions_that_have_expired_are_swept_out(
    database: Database, keyring: Keyring, agent: NewKey
) -> None:
    for _ in range(3):
        keyring.sign_in(agent.key, at=NOON, until=EVENING)
    keyring.sign_in(agent.key, at=EVENING, until=EVENING + timedelta(hours=12))

    left = database.read(lambda connection: connection.execute(select(sessions)).all())
    assert [row.expires_at for row in left] == [EVENING + timedelta(hours=12)]


def test_replicas_that_ask_for_a_secret_at_once_get_the_same(url: str) -> None:
    with closing(Database(url)) as one, closing(Database(url)) as other:
        keyrings = [Keyring(one), Keyring(other)] * 8
        with ThreadPoolExecutor(16) as pool:
            found = set(pool.map(lambda keyring: keyring.secret("forms"), keyrings))
        visitors = Keyring(one).secret("visitors")

    assert len(found) == 1
    assert len(*found) == 32
    assert visitors not in found


def test_the_log_is_read_page_by_page_the_latest_first(database: Database) -> None:
    log = AuditLog(database)
    for number in range(5):
        log.append(NOON, "key:aaaaaaaa", Deed.SIGN_IN_FAILED, str(number), {"address": "::1"})

    pages, before = list[list[str]](), None
    while page := log.page(before=before, limit=2):
        pages.append([act.object for act in page])
        before = page[-1].number

    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    last = log.page(limit=1)[0]
    assert last == Act(NOON, "key:aaaaaaaa", "sign-in-failed", "4", {"address": "::1"}, last.number)
