"""One installation of the product, and its command line."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from evaluation.soak.promises import Broken
from kb import markdown
from kb.domain import Article, Principal, Scope, visibility
from kb.library import Library
from kb.textfile import text

COMMAND_S = 600.0
OFTEN = 1_000_000
"""So many requests a minute that no limit is met."""
ANYBODY = visibility(Principal("anonymous:", frozenset({Scope.SEARCH})))


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with articles and state, and where the service over them listens."""

    folder: Path
    port: int
    casebook_url: str = ""
    qdrant_url: str = ""

    @property
    def articles(self) -> Path:
        """Its own copy: it is changed."""
        return self.folder / "articles"

    @property
    def state(self) -> Path:
        """What the product writes."""
        return self.folder / "state"

    @property
    def log(self) -> Path:
        """What the service says."""
        return self.folder / "service.log"

    def command(self, *arguments: str) -> list[str]:
        """``fixpoint`` with the settings of this site, whatever the environment says of them."""
        settings = {
            "ARTICLES": self.articles,
            "STATE": self.state,
            "CASEBOOK_URL": self.casebook_url,
            "QDRANT_URL": self.qdrant_url,
            "ENCODER": "packaged",
            "HOST": "127.0.0.1",
            "PORT": self.port,
            "SEARCH_PER_MINUTE": OFTEN,
            "POLL_S": 0.2,
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "json",
        }
        changed = (f"FIXPOINT_{name}={value}" for name, value in settings.items())
        return ["/usr/bin/env", *changed, sys.executable, "-m", "fixpoint", *arguments]

    def ended(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command when it has ended, with what it printed."""
        return subprocess.run(  # noqa: S603 - our own command line
            self.command(*arguments),
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> str:
        """What a command prints; raises :class:`Broken` with its last words when it fails."""
        done = self.ended(*arguments)
        if done.returncode:
            words = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise Broken(f"`fixpoint {arguments[0]}` ended with {done.returncode}: {words}")
        return done.stdout

    def said(self) -> list[str]:
        """The lines of the service's log."""
        return self.log.read_text("utf-8").splitlines()

    def key(self, scope: Scope) -> str:
        """A new key of the scope."""
        return self.run("key", "create", "--scope", scope, "--name", "soak").strip()

    def another(self, folder: Path, *, casebook_url: str = "", qdrant_url: str = "") -> Site:
        """A site with the same articles, ingested; it knows the vectors of this one."""
        site = Site(folder, free_port(), casebook_url, qdrant_url)
        shutil.copytree(self.articles, site.articles)
        site.state.mkdir(exist_ok=True)
        shutil.copy(self.state / "vectors.sqlite", site.state)
        site.run("ingest")
        return site


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def visible(folder: Path) -> dict[Path, Article]:
    """The articles that anybody may see, by file; the others nobody searches for here."""
    files = {each.location: each for each in Library(folder).files()}
    found = {
        path: markdown.article(text(file.read(), file.path), path=file.path)
        for path, file in files.items()
    }
    return {
        path: article
        for path, article in found.items()
        if article.audience in ANYBODY.audiences and article.confidence in ANYBODY.confidences
    }
