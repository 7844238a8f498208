"""Personal data that stands in articles, where everybody may read it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from ingest.lint.places import lines
from ingest.lint.written import Written
from kb.findings import Finding, warning
from kb.flaws import Flaw, FlawKind
from kb.scrubbing import shaped
from kb.scrubbing.checks import luhn
from kb.scrubbing.plain import plain

_NO_PERSONS: Final = re.compile(
    r"(?i:[0-9a-f]{8}(?:-[0-9a-f]{4,16})+|[0-9a-f]{40}|[^@]*:[^@]*|[0-9a-f]{2}(?:-[0-9a-f]{2}){5})|\d+(?:\.\d+){3}|0?1234567\d*"
    r"|.*\b555[ .-]?01\d\d",
    re.ASCII,
)
"""Names of classes and keys (UUID), hashes, addresses of networks: what a fix talks about; numbers
that count up; telephone numbers of films (555-01xx)."""
_LONG: Final = re.compile(r"[ \d-]{15,}", re.ASCII)
_CARD: Final = re.compile(r"3[0457]|[4568]|2[2-7]", re.ASCII)
"""How numbers of cards (ISO/IEC 7812) and of devices (35, 86) begin."""
_RESIDENT: Final = re.compile(r"[1-9]\d{5}(?:19|20)\d{10}", re.ASCII)
_PRIVATE_HOSTS: Final = frozenset(
    re.findall(
        r"\w+",
        """gmail googlemail outlook hotmail live msn yahoo aol icloud me mac proton protonmail gmx
        web qq foxmail 163 126 yeah sina sohu 139 189 wo aliyun 21cn tom""",
    )
)
"""Where private people have their mailboxes: the first part of the address of a host."""
_NAMED: Final = re.compile(r"[a-z]{2,}[._][a-z]{2,}\d*")
"""First and last name before the ``@``."""
_PARTS: Final = re.compile(r"[._+-]")
_NOBODYS_NAME: Final = re.compile(
    r"(?:your|my|user|admin|name|first|last|alias|e?mail|sample|example|test|someone|abuse|account"
    r"|billing|contact|feedback|help|info|jobs|web|post|master|office|press|privacy|no|reply|report"
    r"|sales|security|service|support|team)+\d*"
)
"""All of a part before the ``@``: what stands for any name, and mailboxes of offices (RFC 2142)."""
_NOBODYS_HOSTS: Final = frozenset(
    {"example", "contoso", "fabrikam", "company", "domain", "yourdomain", "mydomain"}
)
"""What documents call an invented company: any part of the address of a host but the last."""
_NOBODYS_TOPS: Final = frozenset({"example", "test", "invalid", "localhost"})
"""What ends the address of hosts that nobody has (RFC 2606)."""
_LETTER_BEFORE: Final = re.compile(r"[a-z0-9]-?\Z", re.ASCII | re.IGNORECASE)
_LETTER_AFTER: Final = re.compile(r"-?[a-z0-9]", re.ASCII | re.IGNORECASE)
_SHOWN: Final = 4
"""Characters of a finding that are told: it goes to terminals, to logs and to a page."""


def personal(written: Written, codes: Collection[str]) -> Iterator[Finding]:
    """E-mail addresses, telephone, card, identity and serial numbers, with their lines.

    Looked at are front matter, prose, raw HTML and links that write to somebody or call, code left
    out; each line tells the same once. What is nobody's is left out: invented addresses, those of
    offices, toll-free numbers, ``codes``, and addresses of networks.
    """
    told = set[tuple[int, str]]()
    for first, text in _texts(written):
        for line, found in _found(text, codes):
            if (first + line, found) not in told:
                told.add((first + line, found))
                shown = f"{found[:_SHOWN]}…"
                message = (
                    f"{shown!r} seems to be personal data: take it out, or write an invented one"
                )
                flaw = Flaw(FlawKind.PERSONAL_DATA, {"found": shown})
                yield warning(written.article.path, message, flaw, line=first + line)


def _texts(written: Written) -> Iterator[tuple[int, str]]:
    """Each text and the line of the file that it begins on."""
    split, prose = written.split, written.prose
    yield from enumerate(split.yaml.split("\n"), split.first_line)
    for each in (*prose.paragraphs, *prose.markup):
        yield split.body_line + each.line, each.text


def _found(text: str, codes: Collection[str]) -> Iterator[tuple[int, str]]:
    """What is somebody's in a text, with its line, from 0."""
    read = plain(text)
    spans = [
        (start, end)
        for start, end in shaped(text, codes=codes)
        if _somebodys(read[start:end].strip()) and not _inside_word(read, start, end)
    ]
    starts = lines(text, (start for start, _ in spans))
    for line, (start, end) in zip(starts, spans, strict=True):
        yield line, text[start:end].strip()


def _somebodys(found: str) -> bool:
    if "@" in found:
        name, _, host = "".join(found.casefold().split()).partition("@")
        return _private(name, host.split(".")) and not _nobodys(name, host.split("."))
    if _LONG.fullmatch(found):
        digits = re.sub(r"\D", "", found)
        return bool(_RESIDENT.fullmatch(digits) or (_CARD.match(digits) and luhn(digits)))
    return not _NO_PERSONS.fullmatch(found)


def _private(name: str, host: list[str]) -> bool:
    return host[0] in _PRIVATE_HOSTS or bool(_NAMED.fullmatch(name))


def _nobodys(name: str, host: list[str]) -> bool:
    return (
        any(_NOBODYS_NAME.fullmatch(part) for part in _PARTS.split(name))
        or not _NOBODYS_HOSTS.isdisjoint(host[:-1])
        or host[-1] in _NOBODYS_TOPS
    )


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether a number is a part of a longer name, such as a hash, joined by a hyphen or not."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(_LETTER_BEFORE.search(before) or _LETTER_AFTER.match(after))
