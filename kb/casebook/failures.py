"""Why a casebook failed, in one line, with what would help."""

from __future__ import annotations

import errno
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

_PLACE: Final = "let this user write to it and to its folder"
_ROOM: Final = "make room on its disk"
_WAIT: Final = "another process writes to it, or locks it: wait until that is done"
_REACHED: Final = "see that it can be reached and that its disk has room"

_SYSTEM: Final = {
    errno.EACCES: _PLACE,
    errno.EPERM: _PLACE,
    errno.EROFS: _PLACE,
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.ENOTDIR: "its folder is a file: set FIXPOINT_STATE or FIXPOINT_CASEBOOK_URL to another",
}
"""What helps against an error of the operating system."""

_SQLITE: Final = {
    "SQLITE_NOTADB": "set FIXPOINT_STATE or FIXPOINT_CASEBOOK_URL to another place, or move the "
    "file away and restore a backup",
    "SQLITE_CORRUPT": "it is damaged: move the file away and restore a backup",
    "SQLITE_CANTOPEN": _PLACE,
    "SQLITE_READONLY": _PLACE,
    "SQLITE_PERM": _PLACE,
    "SQLITE_FULL": _ROOM,
    "SQLITE_BUSY": _WAIT,
    "SQLITE_LOCKED": _WAIT,
}
"""What helps against a primary result code of SQLite, https://www.sqlite.org/rescode.html."""


def complaint(error: SQLAlchemyError | OSError, place: str) -> str:
    """What failed, where, and what would help; nothing of what customers typed."""
    if isinstance(error, OSError):
        reason, advice = error.strerror or str(error), _SYSTEM.get(error.errno or 0, _REACHED)
    else:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # PostgreSQL's further lines quote the row.
        reason = next(iter(str(cause).strip().splitlines()), type(error).__name__)
        advice = _SQLITE.get(_primary(getattr(cause, "sqlite_errorname", "")), _REACHED)
    return f"the casebook at {place} failed ({reason}): {advice}"


def _primary(code: str) -> str:
    """``SQLITE_READONLY`` of the extended code ``SQLITE_READONLY_DBMOVED``."""
    return "_".join(code.split("_")[:2])
