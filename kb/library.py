"""An articles folder -> its files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.errors import BadArticle, KbError
from kb.flaws import UNNAMED, Flaw, FlawKind

_SUFFIXES: Final = frozenset({".md", ".markdown"})
_MAX_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Markdown file of the library; it is read when asked for."""

    path: str
    """Below the root, with ``/``, as it stands on disk."""
    size: int
    """Bytes when the folder was listed."""
    location: Path
    problem: str = ""
    """Why it must not be read, if so."""
    flaw: Flaw = UNNAMED
    """The same, for any language."""

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            BadArticle: it cannot be read, is no regular file inside the library or is larger
                than 10 MB.
        """
        try:
            problem = self.problem or ("" if self.location.is_file() else "no longer a file")
            if problem:
                raise BadArticle(self.path, problem, flaw=self.flaw)
            with self.location.open("rb") as file:
                raw = file.read(_MAX_BYTES + 1)
        except OSError as error:
            flaw = Flaw(FlawKind.NOT_READ, {"reason": str(error.strerror)})
            raise BadArticle(self.path, f"cannot be read: {error.strerror}", flaw=flaw) from error
        if len(raw) > _MAX_BYTES:
            most = str(_MAX_BYTES // 1_000_000)
            flaw = Flaw(FlawKind.TOO_LARGE, {"most": most})
            raise BadArticle(self.path, f"larger than {most} MB: split it", flaw=flaw)
        return raw


class Library:
    """A folder of Markdown files, read only."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is looked at when its files are asked for."""
        self._root = root

    def files(self) -> list[SourceFile]:
        """All Markdown files below the root, by path; hidden files and folders are left out.

        Links are followed to files inside the root. A file link that leads nowhere or outside is
        listed, and reading it says so; a folder link is not entered, for its files are elsewhere.

        Raises:
            KbError: the root or a folder below it cannot be listed: its articles would seem
                to be deleted.
        """
        root, places = self._root.resolve(), self._places()
        return sorted((_source(place, root) for place in places), key=lambda file: file.path)

    def check(self) -> None:
        """Raise what :meth:`files` would raise; no file is looked at."""
        self._places()

    def _places(self) -> list[Path]:
        root = self._root.resolve()
        if not root.is_dir():
            raise KbError(_no_folder(self._root))
        return list(_places(root))


def file_hash(raw: bytes) -> str:
    """32 hex digits that tell one file's bytes from another's."""
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


def _places(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=_unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (
            Path(folder, name)
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in _SUFFIXES
        )


def _no_folder(root: Path) -> str:
    if root.exists():
        return f"{root} is a file: name the folder that holds it, or set FIXPOINT_ARTICLES to it"
    return f"no folder {root}: create it, or set FIXPOINT_ARTICLES to yours"


def _unlisted(error: OSError) -> None:
    raise KbError(f"cannot list {error.filename}: {error.strerror}") from error


def _source(place: Path, root: Path) -> SourceFile:
    shown = os.fsencode(place.relative_to(root).as_posix()).decode(errors="replace")
    try:
        # The root is resolved and folder links are not entered: only the file can be a link.
        target = place.resolve(strict=True) if place.is_symlink() else place
        size = target.stat().st_size
    except (OSError, RuntimeError):
        lost = "its link leads nowhere or in a circle: remove it"
        return SourceFile(shown, 0, place, lost, Flaw(FlawKind.LINK_LOST))
    if not target.is_relative_to(root):
        outside = "its link leads out of the articles folder: copy it"
        return SourceFile(shown, 0, place, outside, Flaw(FlawKind.LINK_OUTSIDE))
    if "\ufffd" in shown:
        flaw = Flaw(FlawKind.BAD_NAME)
        return SourceFile(shown, size, place, "its name is not UTF-8: rename it", flaw)
    return SourceFile(shown, size, place)
