"""The writers' map of the field: areas and their topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kb import yaml_text
from kb.domain import Language
from kb.errors import BadVocabulary


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Two levels of names; keys in the order of the file."""

    areas: Mapping[str, Mapping[Language, str]]
    topics: Mapping[str, Mapping[Language, str]]
    """By full key, such as ``software.update``."""


class _Names(BaseModel):
    model_config = ConfigDict(extra="forbid")
    zh: str
    en: str

    def names(self) -> dict[Language, str]:
        return {Language.ZH: self.zh, Language.EN: self.en}


class _Area(_Names):
    topics: dict[str, _Names]


def load(path: Path) -> Taxonomy:
    """The taxonomy of a file; raises :class:`BadVocabulary` naming file and place."""
    try:
        loaded = yaml_text.load(path.read_text("utf-8")).value
        areas = TypeAdapter(dict[str, _Area]).validate_python(loaded)
    except (OSError, ValueError) as error:
        reason = _first(error) if isinstance(error, ValidationError) else str(error)
        raise BadVocabulary(f"{path}: {reason}") from error
    return Taxonomy(
        areas={key: area.names() for key, area in areas.items()},
        topics={
            f"{key}.{topic}": names.names()
            for key, area in areas.items()
            for topic, names in area.topics.items()
        },
    )


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
