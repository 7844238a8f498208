"""``fixpoint key`` on a terminal."""

from __future__ import annotations

import getpass
import os
from contextlib import closing
from datetime import UTC, datetime

from rich.console import Console

from kb.casebook.keyring import Keyring
from kb.domain import Scope
from kb.identity import Key, KeyId
from kb.settings import Settings
from kb.wiring import existing_database, open_database


def create(settings: Settings, name: str, scope: Scope, out: Console, err: Console) -> None:
    """Make a key: print it to ``out``, so that it can be piped, and what it is to ``err``."""
    with closing(open_database(settings)) as database:
        made = Keyring(database).create(name, scope, actor=actor(), at=datetime.now(UTC))
    out.print(made.text, markup=False)
    err.print(
        f"key {made.key.id}, scope {scope}, for {made.key.name}: this is the only time it is shown",
        markup=False,
    )


def show(settings: Settings, out: Console) -> None:
    """Print every key, oldest first, without what only its owner knows.

    Raises :class:`kb.errors.CasebookUnavailable` where no casebook is, as :func:`revoke` does.
    """
    with closing(existing_database(settings)) as database:
        found = Keyring(database).all()
    for key in found:
        out.print(_line(key), markup=False)
    if not found:
        out.print("No keys yet: `fixpoint key create --scope admin --name …` makes one.")


def revoke(settings: Settings, id_: str, out: Console) -> None:
    """End a key and its sessions; raises :class:`kb.errors.UnknownKey`."""
    now = datetime.now(UTC)
    with closing(existing_database(settings)) as database:
        key = Keyring(database).revoke(KeyId(id_), actor=actor(), at=now)
    out.print(_line(key), markup=False)
    if key.revoked_at != now:
        out.print("It was revoked already: nothing changed.")


def _line(key: Key) -> str:
    state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "good"
    return f"{key.id}  {key.scope:<6}  {key.at:%Y-%m-%d}  {state:<18}  {key.name}"


def actor() -> str:
    """Whoever runs the command, for the audit log; in containers a user may have no name."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"
