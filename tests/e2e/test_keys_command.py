"""``fixpoint key``, as an administrator meets it."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from pathlib import Path

import pytest

from fixpoint.__main__ import main
from kb.casebook.acts import AuditLog
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring
from kb.domain import Scope

KEY = re.compile(r"fxp_[a-z2-7]{8}_[A-Za-z0-9_-]{43}\n")


class Command:
    """Runs ``fixpoint key``: what it wrote to stdout and to stderr, and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["fixpoint", "key", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    monkeypatch.setenv("FIXPOINT_STATE", str(tmp_path))
    monkeypatch.setenv("FIXPOINT_CASEBOOK_URL", "")
    return Command(capsys, monkeypatch)


def test_a_key_can_be_piped_and_is_shown_only_once(command: Command, tmp_path: Path) -> None:
    code, out, err = command("create", "--scope", "agent", "--name", "客服台 [red]")

    assert (code, KEY.fullmatch(out) is not None) == (0, True)
    assert "客服台 [red]" in err
    assert out.strip() not in err
    listed = command("list")[1]
    assert out[4:12] in listed
    assert out[13:56] not in listed
    with closing(Database(f"sqlite:///{tmp_path / 'casebook.sqlite'}")) as database:
        key = Keyring(database).key(out.strip())
        actor = AuditLog(database).page(limit=1)[0].actor
    assert key is not None
    assert (key.name, key.scope) == ("客服台 [red]", Scope.AGENT)
    assert actor.startswith("cli:")


def test_a_key_is_listed_until_and_after_it_is_revoked(command: Command) -> None:
    id_ = command("create", "--scope", "admin", "--name", "root")[1][4:12]
    assert re.fullmatch(rf"{id_}  admin   \d{{4}}-\d\d-\d\d  good +root\n", command("list")[1])

    code, out, _ = command("revoke", id_)

    assert code == 0
    assert re.fullmatch(rf"{id_}  admin   \S+  revoked \S+ +root\n", out)
    assert command("list")[1] == out
    assert command("revoke", id_)[:2] == (0, f"{out}It was revoked already: nothing changed.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("revoke", "aaaaaaaa"), 1, "no key 'aaaaaaaa': `fixpoint key list`"),
        (("create", "--scope", "agent", "--name", " "), 1, "1 to 100 printable characters"),
        (
            ("create", "--scope", "root", "--name", "x"),
            2,
            "--scope': 'root' is not one of 'search'",
        ),
        (("create", "--name", "x"), 2, "'--scope'. Choose from: search, agent, writer, admin: see"),
    ],
)
def test_what_cannot_be_done_is_told_on_one_line(
    command: Command, arguments: tuple[str, ...], code: int, said: str
) -> None:
    command("create", "--scope", "agent", "--name", "somebody")

    ended, out, err = command(*arguments)

    assert (ended, out) == (code, "")
    assert said in err
    assert err.startswith("fixpoint: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("list",), ("revoke", "aaaaaaaa")])
def test_reading_keys_makes_no_casebook(
    command: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, out, err = command(*arguments)

    assert (code, out) == (1, "")
    assert f"no casebook at {tmp_path}/casebook.sqlite: set FIXPOINT_STATE" in err
    assert list(tmp_path.iterdir()) == []


def test_without_keys_the_list_says_how_one_is_made(command: Command, tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'casebook.sqlite'}").close()

    assert "No keys yet: `fixpoint key create" in command("list")[1]
