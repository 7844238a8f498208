"""The whole service over articles of a test: real index and casebook, a key of every scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from pydantic import SecretStr

from ingest.folder import ingest
from kb import indexing
from kb.casebook.database import Database
from kb.casebook.keyring import Keyring
from kb.domain import Scope
from kb.knowledge_base import KnowledgeBase
from kb.search import Searcher
from kb.serving import Serving
from kb.settings import Settings
from search_api.app import create_app
from tests.parts import parts as parts_in

OFTEN = 1_000_000
"""So many requests a minute that no test meets the limit."""
METRICS_TOKEN = "an-operators-secret"


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """An application and what it is made of."""

    app: FastAPI
    kb: KnowledgeBase
    serving: Serving
    keys: Mapping[Scope, str]
    folder: Path

    def publish(self, texts: Mapping[str, str]) -> None:
        """Write articles over those of before, and serve them."""
        _write(self.folder / "articles", texts)
        parts = parts_in(self.folder / "state")
        assert not ingest(parts, self.folder / "articles").problems
        self.serving.refresh()


@contextmanager
def service(folder: Path, texts: Mapping[str, str], *, casebook: str = "") -> Iterator[Service]:
    """The service over these articles, by path below the articles' root; limits are out of reach.

    ``casebook`` is the URL of its database; empty = a file in the folder.
    """
    parts = parts_in(folder / "state")
    _write(folder / "articles", texts)
    assert not ingest(parts, folder / "articles").problems
    serving = Serving(parts.store, lambda name: indexing.schema_of(name) == parts.schema)
    serving.refresh()
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    url = casebook or f"sqlite:///{folder / 'casebook.sqlite'}"
    with closing(serving), closing(Database(url)) as database:
        kb = KnowledgeBase(serving, searcher, parts.encoder.fingerprint, database)
        app = create_app(_settings(folder), lambda _: nullcontext(kb))
        yield Service(app, kb, serving, _keys(database), folder)


def _settings(folder: Path) -> Settings:
    return Settings(
        state=folder / "state",
        search_per_minute=OFTEN,
        sign_in_per_minute=OFTEN,
        metrics_token=SecretStr(METRICS_TOKEN),
    )


def _keys(database: Database) -> dict[Scope, str]:
    ring, now = Keyring(database), datetime.now(UTC)
    return {each: ring.create(each, each, actor="cli:test", at=now).text for each in Scope}


def _write(root: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
