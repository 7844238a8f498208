"""A PostgreSQL server of one's own, on a socket in its own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evaluation.soak.promises import Broken

COMMAND_S = 60.0


class Cluster:
    """The programs and the folder of a server; it runs when told to."""

    def __init__(self, programs: Path, folder: Path) -> None:
        """Make its files. Raises :class:`Broken` if it cannot be made."""
        self._programs, self._folder = programs, folder
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "--auth=trust", "--username=fixpoint", "--encoding=UTF8")

    @property
    def url(self) -> str:
        """Where it answers while it runs."""
        return f"postgresql://fixpoint@/postgres?host={self._folder}"

    @property
    def up(self) -> bool:
        """Whether it runs, or did until it crashed."""
        return (self._folder / "data" / "postmaster.pid").exists()

    def start(self) -> None:
        """Start it and wait until it answers."""
        log, options = self._folder / "server.log", f"-c listen_addresses= -k '{self._folder}'"
        self._run("pg_ctl", "start", "--wait", f"--log={log}", f"--options={options}")

    def stop(self, mode: str) -> None:
        """Stop it: ``fast`` ends every session, ``immediate`` is a crash."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def _run(self, program: str, *arguments: str) -> None:
        """As the user ``postgres`` where we are root: it refuses to run as root."""
        command = [str(self._programs / program), f"--pgdata={self._folder / 'data'}", *arguments]
        if os.geteuid() == 0:
            command = ["/usr/sbin/runuser", "-u", "postgres", "--", *command]
        # A server inherits what its parent writes to: with a pipe we would wait for its end.
        with tempfile.TemporaryFile() as words:
            done = subprocess.run(  # noqa: S603 - our own command line
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=self._folder,
                timeout=COMMAND_S,
                check=False,
                start_new_session=True,
            )
            if done.returncode:
                words.seek(0)
                raise Broken(f"{program} {' '.join(arguments)}: {words.read().decode()}")


def programs() -> Path | None:
    """Where the newest of Debian's versions is; ``None`` if there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=_version, default=None)


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """A new server, up; it is gone afterwards with all that it held."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(programs, Path(folder))
        cluster.start()
        try:
            yield cluster
        finally:
            if cluster.up:
                cluster.stop("immediate")


def _version(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdigit() else 0
