"""Keys: what they look like, what is kept of them, and what they allow."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import b32encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import NewType

from kb.domain import Principal, Scope
from kb.errors import BadKeyName

KeyId = NewType("KeyId", str)
"""Eight characters of base32 in lower case; no secret."""

ID_BYTES = 5
"""Of chance in the id of a key."""
SECRET_BYTES = 32
"""Of chance in a key or a session's token."""
VISITOR_BYTES = 16
"""Of chance in the id of a visitor."""
NAME_CHARACTERS = 100
"""Longest name of a key."""

_KEY = re.compile(r"fxp_([a-z2-7]{8})_[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[a-z2-7]{8}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_VISITOR = re.compile(r"[A-Za-z0-9_-]{22}")
_ALLOWS = {
    Scope.SEARCH: frozenset({Scope.SEARCH}),
    Scope.AGENT: frozenset({Scope.SEARCH, Scope.AGENT}),
    Scope.WRITER: frozenset({Scope.SEARCH, Scope.WRITER}),
    Scope.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; its text only its owner has."""

    id: KeyId
    name: str
    scope: Scope
    at: datetime
    """When it was made, UTC."""
    revoked_at: datetime | None = None
    """UTC; ``None`` while it is good."""


def key_name(text: str) -> str:
    """A key's name, stripped; raises :class:`BadKeyName` for what cannot stand in one line."""
    name = text.strip()
    printable = not any(unicodedata.category(each) in _UNPRINTABLE for each in name)
    if name and len(name) <= NAME_CHARACTERS and printable:
        return name
    raise BadKeyName(
        f"a key's name has 1 to {NAME_CHARACTERS} printable characters: "
        "say who uses the key, such as `chat integration`"
    )


_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def new_id(chance: bytes) -> KeyId:
    """The id of a new key, from :data:`ID_BYTES` of chance."""
    return KeyId(b32encode(chance).decode().lower())


def key_text(id_: KeyId, chance: bytes) -> str:
    """A key as its owner gets it, from :data:`SECRET_BYTES` of chance."""
    return f"fxp_{id_}_{token(chance)}"


def key_id(text: str) -> KeyId | None:
    """The id in a key's text; ``None`` when it does not look like a key."""
    found = _KEY.fullmatch(text)
    return KeyId(found[1]) if found else None


def is_id(text: str) -> bool:
    """Whether a text may be the id of a key."""
    return _ID.fullmatch(text) is not None


def token(chance: bytes) -> str:
    """Chance as URL-safe text without padding: 43 characters of 32 bytes, 22 of 16."""
    return urlsafe_b64encode(chance).decode().rstrip("=")


def is_token(text: str) -> bool:
    """Whether a text may be the token of a session."""
    return _TOKEN.fullmatch(text) is not None


def digest(text: str) -> str:
    """What is stored instead of a key or token: 64 hex digits.

    One fast hash is enough: the text holds 256 bits of chance, so there is nothing to guess that
    salt or a slow hash would protect, as they do for passwords (NIST SP 800-63B, 5.1.2.2).
    """
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def matches(text: str, stored: str) -> bool:
    """Whether a text has the stored digest, in a time that does not tell where they differ."""
    return compare_digest(digest(text), stored)


def holder(key: Key) -> Principal:
    """Who shows this key: admin may do everything, agents and writers may search as well."""
    return Principal(f"key:{key.id}", _ALLOWS[key.scope])


def is_visitor(text: str) -> bool:
    """Whether a text is the id of a visitor."""
    return _VISITOR.fullmatch(text) is not None


def visitor(id_: str) -> Principal:
    """Somebody without a key, known by nothing but a random id."""
    return Principal(f"anonymous:{id_}", _ALLOWS[Scope.SEARCH])
