from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import pytest

from kb import identity
from kb.domain import Audience, Confidence, Scope, visibility
from kb.errors import BadKeyName
from kb.identity import Key, KeyId

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
CHANCE = bytes(range(32))


def text(id_: bytes = b"12345", chance: bytes = CHANCE) -> str:
    return identity.key_text(identity.new_id(id_), chance)


def test_a_key_shows_what_it_is_and_whose_and_holds_all_of_its_chance() -> None:
    prefix, id_, secret = text(chance=b"\xff" * 32).split("_", 2)

    assert (prefix, id_, len(secret)) == ("fxp", "gezdgnbv", 43)
    assert urlsafe_b64decode(secret + "=") == b"\xff" * 32


def test_the_id_is_read_back_from_any_key() -> None:
    for byte in range(256):
        made = text(bytes([byte] * 5), bytes([byte] * 32))
        assert identity.key_id(made) == made[4:12]


@pytest.mark.parametrize(
    "no_key",
    [
        "",
        "fxp_",
        text()[:-1],
        text() + "A",
        text() + "\n",
        text().upper(),
        text().replace("fxp_", "FXP_"),
        text().replace("_", "-"),
        text()[:-1] + "é",
        text()[:-1] + "\0",
        "钥匙",
    ],
)
def test_what_is_no_key_has_no_id(no_key: str) -> None:
    assert identity.key_id(no_key) is None


def test_only_the_very_text_matches_its_digest() -> None:
    stored = identity.digest(text())

    assert identity.matches(text(), stored)
    assert not identity.matches(text(chance=bytes(32)), stored)
    assert text() not in stored
    assert len(stored) == 64


def test_tokens_and_visitors_are_told_from_other_texts() -> None:
    assert identity.is_token(identity.token(CHANCE))
    assert identity.is_visitor(identity.token(CHANCE[:16]))
    for other in ("", "x", "x" * 44, "é" * 43, "x" * 22 + "\n", "é" * 22):
        assert not identity.is_token(other)
        assert not identity.is_visitor(other)


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        (Scope.SEARCH, {Scope.SEARCH}),
        (Scope.AGENT, {Scope.SEARCH, Scope.AGENT}),
        (Scope.WRITER, {Scope.SEARCH, Scope.WRITER}),
        (Scope.ADMIN, set(Scope)),
    ],
)
def test_a_key_allows_its_scope_and_to_search(scope: Scope, scopes: set[Scope]) -> None:
    principal = identity.holder(Key(KeyId("geztgnbv"), "客服台", scope, NOON))

    assert (principal.actor, set(principal.scopes)) == ("key:geztgnbv", scopes)
    assert principal.known
    assert principal.staff is (scope is not Scope.SEARCH)


def test_a_visitor_may_search_and_see_what_is_public() -> None:
    principal = identity.visitor("A" * 22)

    assert (principal.actor, principal.known) == ("anonymous:" + "A" * 22, False)
    assert principal.scopes == {Scope.SEARCH}
    assert visibility(principal).audiences == {Audience.PUBLIC}
    assert Confidence.WIP not in visibility(principal).confidences


@pytest.mark.parametrize("name", ["聊天机器人", "chat integration", " padded ", "x" * 100])
def test_a_name_is_one_line(name: str) -> None:
    assert identity.key_name(name) == name.strip()


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 101, "two\nlines", "a\0b", "\x1b[31mred", "a\u202eb", "a\u2028b"]
)
def test_a_name_that_could_deceive_in_a_list_is_refused(name: str) -> None:
    with pytest.raises(BadKeyName, match="1 to 100 printable"):
        identity.key_name(name)
