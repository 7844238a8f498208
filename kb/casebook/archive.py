"""A zip file whose manifest vouches for all else in it: equal content gives equal bytes."""

from __future__ import annotations

import os
import shutil
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import mkstemp
from typing import IO, Final, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict

from kb.errors import BadBackup

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)
"""Of all files in it: zip knows no earlier time."""
_BLOCK: Final = 1 << 20
_DAMAGED: Final = (BadZipFile, EOFError, KeyError, OSError, RuntimeError, ValueError, zlib.error)
"""What zipfile and pydantic raise for damaged files."""


class Manifest(BaseModel):
    """What an archive holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal[1]
    tables: str
    """Version of the casebook's tables."""
    rows: dict[str, int]
    """By table."""
    files: dict[str, str]
    """SHA-256 by name, of all but the manifest."""


class Writing:
    """An archive that is being written."""

    def __init__(self, archive: ZipFile) -> None:
        """Write into an open zip file."""
        self._archive = archive
        self.files: dict[str, str] = {}

    def add(self, name: str, blocks: Iterator[bytes]) -> None:
        """Add one file."""
        digest = sha256()
        with self._archive.open(_info(name), "w", force_zip64=True) as file:
            for block in blocks:
                digest.update(block)
                file.write(block)
        self.files[name] = digest.hexdigest()

    def close(self, tables: str, rows: dict[str, int]) -> Manifest:
        """Add the manifest, which comes last."""
        manifest = Manifest(format=FORMAT, tables=tables, rows=rows, files=self.files)
        self._archive.writestr(_info(MANIFEST), manifest.model_dump_json(indent=1) + "\n")
        return manifest


@contextmanager
def writing(path: Path, *, replace: bool) -> Iterator[Writing]:
    """A new archive that only its owner may read; it appears whole, when the block ends well.

    Raises :class:`BadBackup` for a file that is there, unless it is to be replaced.
    """
    try:
        _refuse(path, replace=replace)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                    yield Writing(archive)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            _sync(path.parent)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise BadBackup(
            f"{path} cannot be written ({error.strerror}): choose a folder that has room and where "
            "this user may write"
        ) from error


def _refuse(path: Path, *, replace: bool) -> None:
    if path.is_dir():
        raise BadBackup(f"{path} is a folder: name a file, such as {path / 'fixpoint.zip'}")
    if path.exists() and not replace:
        raise BadBackup(f"{path} is there already: name another file, or add --force to replace it")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was read wholly and found to be what it was when it was written."""

    path: Path
    manifest: Manifest
    _archive: ZipFile

    def names(self, folder: str) -> list[str]:
        """The files below a folder, in order."""
        return [name for name in self.manifest.files if name.startswith(f"{folder}/")]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Read one file."""
        with self._archive.open(name) as file:
            yield file

    def extract(self, name: str, path: Path) -> None:
        """Write one file to a path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.open(name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, _BLOCK)


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """An archive, checked; raises :class:`BadBackup` for anything that is not as written."""
    with ExitStack() as opened:
        try:
            archive = opened.enter_context(ZipFile(path))
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            _check(archive, manifest)
        except FileNotFoundError as error:
            raise BadBackup(f"no file {path}: `fixpoint backup` writes one") from error
        except _DAMAGED as error:
            raise BadBackup(f"{path} is damaged or no backup: use another one") from error
        yield Archive(path, manifest, archive)


def _check(archive: ZipFile, manifest: Manifest) -> None:
    if sorted(archive.namelist()) != sorted([*manifest.files, MANIFEST]):
        raise BadZipFile
    for name, digest in manifest.files.items():
        if not _is_safe(name) or _digest(archive, name) != digest:
            raise BadZipFile


def _is_safe(name: str) -> bool:
    """Whether a name stays below the folder that it is put into."""
    path = PurePosixPath(name)
    return path.as_posix() == name and not path.is_absolute() and ".." not in path.parts


def _digest(archive: ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _OLDEST)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
