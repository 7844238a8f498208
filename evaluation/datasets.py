"""Judged queries over a corpus, in the BEIR layout: corpus, queries, qrels."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.domain import Language
from kb.errors import KbError


@dataclass(frozen=True, slots=True)
class Document:
    """A page of a corpus; its text is Markdown."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with the grade of each relevant document, 1 or more."""

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A corpus with its judged queries; those without a relevant document are left out."""

    name: str
    lang: Language
    """Of the documents."""
    documents: tuple[Document, ...]
    queries: tuple[JudgedQuery, ...]


FILES = ("corpus.jsonl.gz", "queries.jsonl.gz", "qrels.tsv")


def folders(bench: Path) -> list[str]:
    """The names of the folders that hold a dataset, in order; none where there is no folder."""
    if not bench.is_dir():
        return []
    return sorted(
        each.name for each in bench.iterdir() if all((each / name).is_file() for name in FILES)
    )


def load(folder: Path) -> Dataset:
    """The dataset of a folder with ``corpus.jsonl.gz``, ``queries.jsonl.gz`` and ``qrels.tsv``.

    Raises :class:`kb.errors.KbError` that names the missing file.
    """
    try:
        documents = [
            Document(row["_id"], row.get("title", ""), row["text"])
            for row in _rows(folder / "corpus.jsonl.gz")
        ]
        queries = list(_rows(folder / "queries.jsonl.gz"))
        langs = {row.get("lang", "") for row in _rows(folder / "corpus.jsonl.gz")} & set(Language)
        grades = _grades(folder / "qrels.tsv")
    except OSError as error:
        raise KbError(f"no dataset in {folder}: {error.filename} does not open") from error
    judged = (JudgedQuery(row["_id"], row["text"], grades.get(row["_id"], {})) for row in queries)
    return Dataset(
        name=folder.name,
        lang=Language(min(langs)) if langs else Language.EN,
        documents=tuple(documents),
        queries=tuple(query for query in judged if query.grades),
    )


def own(path: Path) -> list[JudgedQuery]:
    """Queries with their grades of solutions, as JSON lines ``{"id", "text", "grades"}``."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [JudgedQuery(row["id"], row["text"], row["grades"]) for row in rows]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _grades(path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            if int(row["score"]) > 0:
                grades.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return grades
