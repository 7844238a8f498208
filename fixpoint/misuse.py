"""What is wrong with a command line or a setting, in one line of plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

import typer
from pydantic import ValidationError


def explained(error: typer.TyperException) -> str:
    """What is wrong, and which help says what would work; empty if the help itself was shown."""
    message = " ".join(_plain(error.format_message()).split())
    said = message.removeprefix("Invalid value: ").removesuffix(".")
    # Not every kind that knows its command has a public name.
    context = getattr(error, "ctx", None)
    if not said or context is None:
        return said
    return f"{said[0].lower()}{said[1:]}: see `{context.command_path} --help`"


def repeated(arguments: Sequence[str]) -> str | None:
    """What is wrong if an option is named twice: the last one would win silently."""
    named = list(_options(arguments))
    twice = next((each for each in named if named.count(each) > 1), None)
    return twice and f"{twice} is given twice: it takes one value, so run the command once for each"


def bad_settings(error: ValidationError) -> Iterator[str]:
    """Which setting is refused, and what would be taken; never its value, which may be secret."""
    for each in error.errors():
        name = f"FIXPOINT_{'_'.join(map(str, each['loc'])).upper()}"
        yield f"{name}: {_plain(each['msg'])}"


def _plain(message: str) -> str:
    """What pydantic says, without its own words."""
    bare = message.replace("Value error, ", "").replace("Input should be", "must be")
    return bare.partition(", unable to parse")[0]


def _options(arguments: Sequence[str]) -> Iterator[str]:
    for each in takewhile(lambda argument: argument != "--", arguments):
        if each.startswith("--"):
            yield each.partition("=")[0]
