"""The keys that were given out, the sessions begun with them, and the secrets of this service."""

from __future__ import annotations

import secrets as chance
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, delete, insert, select, update

from kb import identity
from kb.casebook.acts import Act, Deed, written
from kb.casebook.database import Database
from kb.casebook.tables import keys, secrets, sessions
from kb.domain import Scope
from kb.errors import UnknownKey
from kb.identity import Key, KeyId


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, and its text: nobody can read it a second time."""

    key: Key
    text: str


class Keyring:
    """Looks keys and sessions up at every request, so that a revocation holds from the next one.

    Whoever does something is named by ``actor``; it is in the audit log when it is done, and not
    when it is not.
    """

    def __init__(self, database: Database) -> None:
        """Keep them in this database."""
        self._database = database

    def create(self, name: str, scope: Scope, *, actor: str, at: datetime) -> NewKey:
        """Make a key; raises :class:`kb.errors.BadKeyName`."""
        id_ = identity.new_id(chance.token_bytes(identity.ID_BYTES))
        text = identity.key_text(id_, chance.token_bytes(identity.SECRET_BYTES))
        key = Key(id_, identity.key_name(name), scope, at)
        row = {"id": id_, "at": at, "name": key.name, "scope": scope.value}
        details = {"name": key.name, "scope": scope.value}

        def work(connection: Connection) -> NewKey:
            connection.execute(insert(keys).values(**row, digest=identity.digest(text)))
            written(connection, Act(at, actor, Deed.KEY_CREATED, id_, details))
            return NewKey(key, text)

        return self._database.write(work)

    def all(self) -> list[Key]:
        """All keys, revoked ones too, oldest first."""
        rows = select(keys).order_by(keys.c.at, keys.c.id)
        return self._database.read(
            lambda connection: [_key(row) for row in connection.execute(rows)]
        )

    def revoke(self, id_: KeyId, *, actor: str, at: datetime) -> Key:
        """End a key and its sessions; one that is revoked already stays as it is.

        Raises :class:`UnknownKey`.
        """
        unknown = UnknownKey(f"no key {id_[:20]!r}: `fixpoint key list` shows their ids")
        if not identity.is_id(id_):
            raise unknown

        def work(connection: Connection) -> Key:
            row = connection.execute(select(keys).where(keys.c.id == id_)).one_or_none()
            if row is None:
                raise unknown
            if row.revoked_at is not None:
                return _key(row)
            connection.execute(update(keys).where(keys.c.id == id_).values(revoked_at=at))
            connection.execute(_ended(at).where(sessions.c.key_id == id_))
            written(connection, Act(at, actor, Deed.KEY_REVOKED, id_))
            return replace(_key(row), revoked_at=at)

        return self._database.write(work)

    def key(self, text: str) -> Key | None:
        """The key of this text; ``None`` for what is malformed, unknown or revoked."""
        id_ = identity.key_id(text)
        if id_ is None:
            return None
        row = self._row(select(keys).where(keys.c.id == id_, keys.c.revoked_at.is_(None)))
        return _key(row) if row and identity.matches(text, row.digest) else None

    def sign_in(self, key: Key, *, at: datetime, until: datetime) -> str:
        """Begin a session with a key: its token, which is told only here.

        Sessions that have expired are swept out.
        """
        token = identity.token(chance.token_bytes(identity.SECRET_BYTES))
        row = {"digest": identity.digest(token), "key_id": key.id, "at": at, "expires_at": until}

        def work(connection: Connection) -> str:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= at))
            connection.execute(insert(sessions).values(**row))
            written(connection, Act(at, identity.holder(key).actor, Deed.SIGNED_IN, ""))
            return token

        return self._database.write(work)

    def session(self, token: str, *, at: datetime) -> Key | None:
        """The key that a session was begun with; ``None`` for what is unknown or over.

        The digest is looked up as it is: whoever sends a token cannot choose its digest, so the
        time that it takes tells nothing.
        """
        if not identity.is_token(token):
            return None
        row = self._row(
            select(keys)
            .join(sessions, sessions.c.key_id == keys.c.id)
            .where(sessions.c.digest == identity.digest(token))
            .where(sessions.c.expires_at > at, sessions.c.ended_at.is_(None))
            .where(keys.c.revoked_at.is_(None))
        )
        return _key(row) if row else None

    def sign_out(self, token: str, *, at: datetime) -> None:
        """End a session; one that is over stays so."""
        key = self.session(token, at=at)
        if key is None:
            return
        ended = _ended(at).where(sessions.c.digest == identity.digest(token))

        def work(connection: Connection) -> None:
            connection.execute(ended)
            written(connection, Act(at, identity.holder(key).actor, Deed.SIGNED_OUT, ""))

        self._database.write(work)

    def secret(self, name: str) -> bytes:
        """A secret of :data:`identity.SECRET_BYTES` that is made once, whoever asks first."""

        def work(connection: Connection) -> bytes:
            rows = select(secrets.c.value).where(secrets.c.name == name)
            value = connection.execute(rows).scalar()
            if value is None:
                value = chance.token_hex(identity.SECRET_BYTES)
                connection.execute(insert(secrets).values(name=name, value=value))
            return bytes.fromhex(value)

        return self._database.write(work)

    def _row(self, rows: Select[Any]) -> Row[Any] | None:
        return self._database.read(lambda connection: connection.execute(rows).one_or_none())


def _key(row: Row[Any]) -> Key:
    return Key(row.id, row.name, Scope(row.scope), row.at, row.revoked_at)


def _ended(at: datetime) -> Update:
    return update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=at)
