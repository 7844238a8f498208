"""YAML text -> plain values that know their lines: the one door of PyYAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from kb.flaws import Flaw, FlawKind

Value = str | None | list["Value"] | dict[str, "Value"]
"""A scalar is its text as written, ``None`` if empty or null: nothing becomes a number, date or
truth value behind the writer's back, so ``18.10``, ``007`` and ``no`` stay what they are."""
Path = tuple[str | int, ...]

_MAX_DEPTH: Final = 50
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class YamlError(ValueError):
    """A text that is no plain YAML; ``line`` counts from the first line of the file."""

    def __init__(self, line: int, reason: str, flaw: Flaw) -> None:
        """Keep line and reason apart, for callers that know the file."""
        self.line, self.reason, self.flaw = line, reason, flaw
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A key that is given again: the later value counts, this is what it replaced."""

    path: Path
    line: int
    earlier: Value


@dataclass(frozen=True, slots=True)
class Loaded:
    """A YAML value and where its parts stand."""

    value: Value
    lines: Mapping[Path, int]
    repeats: Sequence[Repeat]

    def line(self, *path: str | int) -> int:
        """The line of a key or list element, or of the nearest one above it that exists."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet, and the key that awaits its value."""

    path: Path
    value: list[Value] | dict[str, Value]
    key: str | None = None


def load(text: str, *, first_line: int = 1) -> Loaded:
    """Read one YAML document; an empty one is ``None``.

    Raises:
        YamlError: no valid YAML, a key that is no scalar, a tag, an alias, a second document, or
            nesting beyond 50 levels.
    """
    reader = _Reader(first_line)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise _unparsed(line, error.problem or "no valid YAML") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise _unparsed(first_line, str(error).split("\n", 1)[0]) from error
    return Loaded(reader.value, reader.lines, reader.repeats)


class _Reader:
    """Builds the value from parser events: no recursion, so no text is too deep for the stack."""

    def __init__(self, first_line: int) -> None:
        self.value: Value = None
        self.lines: dict[Path, int] = {(): first_line}
        self.repeats: list[Repeat] = []
        self._first_line = first_line
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = self._first_line + (event.start_mark.line if event.start_mark else 0)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    flaw = Flaw(FlawKind.SECOND_DOCUMENT)
                    raise YamlError(line, "a second document: keep one", flaw)
            case yaml.AliasEvent():
                reason = f"the alias *{event.anchor}: write the value out"
                found = {"found": f"*{event.anchor}"}
                raise YamlError(line, reason, Flaw(FlawKind.YAML_ALIAS, found))
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case _:
                pass

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        _refuse_tag(event.tag, line)
        above = self._open[-1] if self._open else None
        if above and isinstance(above.value, dict) and above.key is None:
            self._key(above, str(event.value), line)
            return
        plain = not event.style
        self._put(None if plain and event.value in _NULLS else str(event.value), line)

    def _key(self, above: _Open, key: str, line: int) -> None:
        if isinstance(above.value, dict) and key in above.value:
            self.repeats.append(Repeat((*above.path, key), line, above.value[key]))
        above.key = key
        self.lines[(*above.path, key)] = line

    def _start(self, event: yaml.CollectionStartEvent, line: int) -> None:
        _refuse_tag(event.tag, line)
        if len(self._open) >= _MAX_DEPTH:
            flaw = Flaw(FlawKind.TOO_DEEP, {"most": str(_MAX_DEPTH)})
            raise YamlError(line, f"nested deeper than {_MAX_DEPTH} levels", flaw)
        value: list[Value] | dict[str, Value]
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(self._put(value, line), value))

    def _put(self, value: Value, line: int) -> Path:
        if not self._open:
            self.value = value
            return ()
        above = self._open[-1]
        if isinstance(above.value, list):
            path: Path = (*above.path, len(above.value))
            above.value.append(value)
        elif above.key is None:
            raise YamlError(line, "a key must be a plain word", Flaw(FlawKind.YAML_KEY))
        else:
            path = (*above.path, above.key)
            above.value[above.key], above.key = value, None
        self.lines.setdefault(path, line)
        return path


def _refuse_tag(tag: str | None, line: int) -> None:
    if tag is not None and tag != "!":
        flaw = Flaw(FlawKind.YAML_TAG, {"found": tag})
        raise YamlError(line, f"the tag {tag!r}: write plain values", flaw)


def _unparsed(line: int, reason: str) -> YamlError:
    return YamlError(line, reason, Flaw(FlawKind.BAD_YAML, {"reason": reason}))
