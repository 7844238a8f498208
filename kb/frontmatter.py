"""An article's head: the YAML between two ``---`` lines, checked strictly if it is ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from kb import versions
from kb.domain import Audience, Boundary, Confidence, Environment, SolutionId, System, Versions
from kb.errors import BadArticle
from kb.flaws import Flaw, FlawKind
from kb.refused import MAX_SUMMARY, Refused
from kb.suggestion import near
from kb.yaml_text import Loaded, Value, YamlError, load

_OPENING: Final = re.compile(r"(?:\s|<!--(?:(?!-->).)*-->)*?^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_CLOSING: Final = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)
_KEY_LINE: Final = re.compile(r"^[\"']?[\w.-]+[\"']?[ \t]*:(?:\s|$)", re.MULTILINE)
_ID: Final = re.compile(
    r"(?!\.{1,2}(?:/|$))[^/\\\x00-\x1f]+(?:/(?!\.{1,2}(?:/|$))[^/\\\x00-\x1f]+)*"
)
_MAX_ID: Final = 200
_OURS: Final = frozenset(
    {"confidence", "symptoms", "boundary", "error_codes", "environment", "verified", "owner"}
)
"""Keys that other people's front matter does not use: one of them makes it ours."""
_HIDING: Final = ("internal", "内部", "archived", "wip")
"""Values that keep a text from readers, wherever they are written."""
_HOW_TO_HIDE: Final = "write 'audience: internal' or 'confidence: archived'"


@dataclass(frozen=True, slots=True)
class Split:
    """A file in two: the YAML and the Markdown below it, each with the line it begins on."""

    yaml: str
    first_line: int
    body: str
    body_line: int


def _words(value: object) -> object:
    """One word or a list of them, as a tuple; a list element that is empty is an error later."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


def _valid_id(value: str) -> SolutionId:
    if len(value) > _MAX_ID or not _ID.fullmatch(value):
        raise ValueError("write a path such as desktop/itunes-sync, of at most 200 characters")
    return SolutionId(unicodedata.normalize("NFC", value))


def _short(summary: str) -> str:
    if len(summary) > MAX_SUMMARY:
        raise ValueError(f"write at most {MAX_SUMMARY} characters, not {len(summary)}")
    return summary


def _environment(value: object) -> Environment:
    if not isinstance(value, Mapping):
        raise ValueError("write keys and ranges such as {ios: '>=12, <19', host: [windows]}")  # noqa: TRY004 - pydantic reports ValueError
    parts: dict[str, list[str]] = {"host": [], "app": []}
    systems: list[System] = []
    for key, given in value.items():
        texts = _texts(str(key), given)
        if str(key).removesuffix("s") in parts:
            parts[str(key).removesuffix("s")] += texts
        else:
            systems.append(System(str(key), _versions(str(key), texts)))
    return Environment((), tuple(systems), tuple(parts["host"]), tuple(parts["app"]))


def _texts(key: str, given: object) -> list[str]:
    texts = given if isinstance(given, list) else [given]
    found = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
    if not found or len(found) < len(texts):
        raise ValueError(f"{key}: a value is missing; write one such as '>=12, <19', or any")
    return found


def _versions(key: str, texts: list[str]) -> tuple[Versions, ...]:
    try:
        return versions.union(texts)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


_FOLDED: Final = BeforeValidator(
    lambda word: word.strip().casefold() if isinstance(word, str) else word
)
Text = Annotated[str, AfterValidator(lambda text: " ".join(text.split()))]
Summary = Annotated[Text, AfterValidator(_short)]
Word = Annotated[Text, Field(min_length=1)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_words)]
Id = Annotated[str, AfterValidator(_valid_id)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_words)]


class FrontMatter(BaseModel):
    """What a writer states above an article; whatever is missing has the default of an article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, AfterValidator(_valid_id)] | None = None
    aliases: Ids = ()
    title: Text = ""
    summary: Summary = ""
    topic: Text = ""
    products: Words = ()
    environment: Annotated[Environment, BeforeValidator(_environment)] = Environment()
    symptoms: Words = ()
    error_codes: Words = ()
    audience: Annotated[Audience, _FOLDED] = Audience.PUBLIC
    confidence: Annotated[Confidence, _FOLDED] = Confidence.NOT_VALIDATED
    owner: Text = ""
    verified: date | None = None
    boundary: Annotated[Boundary, _FOLDED] = Boundary.SELF_SERVICE
    related: Ids = ()


def split(text: str) -> Split:
    """Part front matter from the body; without one, the YAML is empty and the body is all.

    Blank lines and HTML comments may stand above it. A ``---`` without a closing line, or with
    nothing that looks like a YAML key below it, is a horizontal rule.
    """
    opening = _OPENING.match(text)
    closing = opening and _CLOSING.search(text, opening.end())
    if not opening or not closing:
        return Split("", 1, text, 1)
    yaml = text[opening.end() : closing.start()]
    if yaml.strip() and not _KEY_LINE.search(yaml):
        return Split("", 1, text, 1)
    first_line = text.count("\n", 0, opening.end()) + 1
    body_line = first_line + text.count("\n", opening.end(), closing.end())
    return Split(yaml, first_line, text[closing.end() :], body_line)


def read(head: Split, path: str) -> FrontMatter:
    """Check front matter: every key of ours, or of other people's only what is safe to use.

    Raises:
        BadArticle: broken YAML; in ours an unknown key or a bad value; in any the signs that a
            text should be hidden without the exact words for it: a slip never publishes.
    """
    try:
        loaded = load(head.yaml, first_line=head.first_line)
    except YamlError as error:
        reason = f"front matter: {error.reason}"
        raise BadArticle(path, reason, line=error.line, flaw=error.flaw) from error
    if loaded.value is None:
        return FrontMatter()
    if not isinstance(loaded.value, dict):
        reason = "front matter must be keys and values: write lines such as 'name: value'"
        raise BadArticle(path, reason, line=head.first_line, flaw=Flaw(FlawKind.NO_KEYS))
    given = {key: value for key, value in loaded.value.items() if value is not None}
    if not given.keys() & _OURS:
        earlier = [(str(each.path[0]), each.earlier) for each in loaded.repeats]
        for key, value in (*given.items(), *earlier):
            if key != "audience" or not _is_internal(given.get(key)):
                _refuse_slip(key, value, path, loaded.line(key))
        return FrontMatter.model_validate(_usable(given))
    for repeat in loaded.repeats:
        reason = f"the key {repeat.path[-1]!r} is given twice: keep one of them"
        flaw = Flaw(FlawKind.REPEATED_KEY, {"key": str(repeat.path[-1])})
        raise BadArticle(path, reason, line=repeat.line, flaw=flaw)
    return _checked(given, loaded, path)


def shortened(text: str, most: int) -> str:
    """The text if it has at most ``most`` characters, else its beginning with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _checked(given: Mapping[str, Value], loaded: Loaded, path: str) -> FrontMatter:
    try:
        return FrontMatter.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = first["loc"]
        key = str(place[0])
        refused = Refused(key, first["type"], str(first["input"])[:80], FrontMatter.model_fields)
        reason, line = refused.reason(first["msg"]), loaded.line(*place)
        raise BadArticle(path, reason, line=line, flaw=refused.flaw()) from error


def _usable(given: Mapping[str, Value]) -> dict[str, Value]:
    """What other people's keys tell for sure."""
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    usable: dict[str, Value] = {"title": texts.get("title", "")}
    summary = texts.get("summary", texts.get("description", ""))
    usable["summary"] = shortened(" ".join(summary.split()), MAX_SUMMARY)
    if _ID.fullmatch(texts.get("id", "")) and len(texts["id"]) <= _MAX_ID:
        usable["id"] = texts["id"]
    if _is_internal(texts.get("audience")):
        usable["audience"] = Audience.INTERNAL
    aliases = _words(given.get("aliases", []))
    if isinstance(aliases, tuple):
        usable["aliases"] = [
            each for each in aliases if isinstance(each, str) and _ID.fullmatch(each)
        ]
    return usable


def _refuse_slip(key: str, value: Value, path: str, line: int) -> None:
    words = value if isinstance(value, list) else [value]
    hiding = next((word for word in words if _hides(word)), None)
    if hiding is not None and near(key.rpartition(".")[2], ("audience", "confidence")):
        reason = f"{key}: {hiding!r} seems to hide this text: {_HOW_TO_HIDE}"
        flaw = Flaw(FlawKind.UNSURE_HIDING, {"key": key, "found": str(hiding)})
        raise BadArticle(path, reason, line=line, flaw=flaw)


def _is_internal(value: Value) -> bool:
    return isinstance(value, str) and value.strip().casefold() == Audience.INTERNAL


def _hides(word: Value) -> bool:
    """Nearly a word that hides a text, or a phrase that holds one."""
    if not isinstance(word, str):
        return False
    return bool(near(word, _HIDING)) or any(
        near(part, _HIDING) for part in re.split(r"[\s,;_/-]+", word)[:_MAX_ID]
    )
