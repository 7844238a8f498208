"""Solutions whose articles differ between the languages, or lack one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from ingest.lint.languages import NAMES
from kb import versions
from kb.domain import Article, Confidence, Environment, Language, SolutionId
from kb.findings import Finding, Severity, warning
from kb.flaws import Flaw, FlawKind


def translations(articles: Sequence[Article], unread: Collection[str]) -> Iterator[Finding]:
    """Missing versions, as notes, and versions that differ in what must be equal.

    ``unread`` are the paths of files that are no articles for now: they may be what is missing.
    Nothing is missing outside ``zh/`` and ``en/``, in a folder with one of them alone, or of what
    is archived.
    """
    read = [each for each in articles if _translated(each)]
    solutions: defaultdict[SolutionId, dict[Language, Article]] = defaultdict(dict)
    for article in read:
        solutions[article.solution][article.lang] = article
    held: set[str] = {article.id for article in articles}
    held |= {str(PurePosixPath(path).with_suffix("")) for path in unread}
    langs = [lang for lang in Language if any(article.lang is lang for article in read)]
    for solution, by_lang in solutions.items():
        first, *others = (by_lang[lang] for lang in langs if lang in by_lang)
        for other in others:
            yield from _differences(other, first)
        for lang in langs:
            if lang not in by_lang and f"{lang}/{solution}" not in held:
                message = f"there is no {NAMES[lang]} version"
                flaw = Flaw(FlawKind.NO_TRANSLATION, {"lang": str(lang)})
                yield Finding(first.path, None, Severity.NOTE, message, flaw)


def _translated(article: Article) -> bool:
    """Whether readers of the other language wait for it."""
    in_folder = article.path.startswith(f"{article.lang}/")
    return in_folder and article.confidence is not Confidence.ARCHIVED


def _differences(article: Article, other: Article) -> Iterator[Finding]:
    """What a version has otherwise than another; nothing if it is the same."""
    mine, theirs = _steps(article), _steps(other)
    if mine != theirs:
        message = f"{mine} steps here, {theirs} in {other.path}: both must have the same steps"
        values = {"here": str(mine), "there": str(theirs), "other": other.path}
        yield warning(article.path, message, Flaw(FlawKind.STEPS_DIFFER, values))
    there = _equal_keys(other)
    for key, value in _equal_keys(article).items():
        if value.casefold() != there[key].casefold():
            message = f"{key!r} is {value} here, {there[key]} in {other.path}: both must agree"
            values = {"key": key, "here": value, "there": there[key], "other": other.path}
            yield warning(article.path, message, Flaw(FlawKind.TRANSLATION_DIFFERS, values))


def _steps(article: Article) -> int:
    """How many steps an article has, those for staff alone too."""
    return len({each.anchor for section in article.sections for each in section.blocks} - {""})


def _equal_keys(article: Article) -> dict[str, str]:
    """What every version must state alike, by key, as its front matter would say it."""
    return {
        "topic": article.topic or "none",
        "audience": str(article.audience),
        "error_codes": _list(article.error_codes),
        "boundary": str(article.boundary),
        "products": _list(article.environment.products),
        "environment": _environment(article.environment),
    }


def _environment(environment: Environment) -> str:
    given = {
        each.key: _list(map(versions.text, each.versions)) if each.versions else "any"
        for each in sorted(environment.systems, key=lambda system: system.key)
    }
    for key, names in (("host", environment.hosts), ("app", environment.apps)):
        given |= {key: _list(names)} if names else {}
    return f"{{{', '.join(f'{key}: {value}' for key, value in given.items())}}}"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(sorted(values, key=str.casefold))}]"
