"""A small disk that can be filled to the last byte."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BYTES = 256 * 1024 * 1024
"""A generation takes 2 MB here, and the product wants 64 MB of room to write one."""
BLOCK = b"\0" * 4096


class NoDisk(Exception):
    """No disk can be mounted here; the message says why."""


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A disk of its own at a new folder; raises :class:`NoDisk`. It is gone afterwards.

    A file with an ext4 file system: in memory (tmpfs) even reading a hole of a file takes room.
    """
    if os.geteuid() != 0:
        raise NoDisk("mounting a small disk takes root")
    place.mkdir(parents=True)
    image = place.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(BYTES)
    _mount("/sbin/mkfs.ext4", "-q", "-m", "0", str(image))
    _mount("/usr/bin/mount", "-o", "loop", str(image), str(place))
    try:
        yield
    finally:
        _mount("/usr/bin/umount", "--lazy", str(place))


def fill(folder: Path) -> None:
    """Leave no byte free on the disk of a folder."""
    with (folder / "filler").open("ab", buffering=0) as file:
        try:
            while True:
                file.write(BLOCK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def free(folder: Path) -> None:
    """Take away again what :func:`fill` wrote."""
    (folder / "filler").unlink()


def _mount(*command: str) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    except FileNotFoundError as error:
        raise NoDisk(f"a small disk takes {command[0]}") from error
    except subprocess.CalledProcessError as error:
        raise NoDisk(f"no small disk can be mounted here: {error.stderr.strip()}") from error
