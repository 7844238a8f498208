"""Personal data that stands in articles, where everybody may read it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from ingest.lint.written import Written
from kb.findings import Finding, Severity
from kb.flaws import Flaw, FlawKind
from kb.scrubbing import shaped
from kb.scrubbing.checks import luhn

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
_RESIDENT: Final = re.compile(r"[1-9]\d{5}(?:19|20)\d{9}[\dX]", re.ASCII | re.IGNORECASE)
_PRIVATE_HOSTS: Final = re.compile(
    r"(?:gmail|googlemail|outlook|hotmail|live|msn|yahoo|aol|icloud|me|mac|proton|protonmail|gmx|web"
    r"|qq|foxmail|163|126|yeah|sina|sohu|139|189|wo|aliyun|21cn|tom)\.[a-z.]+",
    re.IGNORECASE,
)
"""Where private people have their mailboxes."""
_NAMED: Final = re.compile(r"[a-z]{2,}[._][a-z]{2,}\d*", re.IGNORECASE)
"""First and last name before the ``@``."""
_NOBODYS_NAME: Final = re.compile(
    r"user|admin|name|alias|your|mail|sample|example|test|someone|abuse|account|billing|contact"
    r"|feedback|help|info|jobs|master|office|press|privacy|reply|report|sales|security|service"
    r"|support|team",
    re.IGNORECASE,
)
"""Before the ``@``: what stands for any name, and mailboxes of offices (RFC 2142)."""
_NOBODYS_HOST: Final = re.compile(
    r"(?:[^@]*\.)?(?:(?:example|contoso|fabrikam|company|domain|yourdomain|mydomain)\.[a-z.]+"
    r"|[^@]*\.(?:example|test|invalid|localhost))",
    re.IGNORECASE,
)
"""Hosts that nobody has (RFC 2606), and what documents call an invented company."""
_SHOWN: Final = 4
"""Characters of a finding that are told: it goes to terminals, to logs and to a page."""


def personal(written: Written, codes: Collection[str]) -> Iterator[Finding]:
    """E-mail addresses, telephone, card, identity and serial numbers, with their lines.

    Looked at are front matter and prose, code left out. What is nobody's is left out: invented
    addresses, those of offices, toll-free numbers, ``codes``, and addresses of networks.
    """
    article, split = written.article, written.split
    head = enumerate(split.yaml.split("\n"), split.first_line)
    prose = ((split.body_line + each.line, each.text) for each in written.prose.paragraphs)
    for first, text in (*head, *prose):
        for start, end in shaped(text, codes=codes):
            found = text[start:end].strip()
            if _somebodys(found) and not _inside_word(text, start, end):
                shown, line = f"{found[:_SHOWN]}…", first + text.count("\n", 0, start)
                message = f"{shown!r} seems to be personal data: take it out, or write an example"
                flaw = Flaw(FlawKind.PERSONAL_DATA, {"found": shown})
                yield Finding(article.path, line, Severity.WARNING, message, flaw)


def _somebodys(found: str) -> bool:
    if "@" in found:
        name, _, host = found.partition("@")
        nobodys = _NOBODYS_NAME.search(name) or _NOBODYS_HOST.fullmatch(host)
        return not nobodys and bool(_PRIVATE_HOSTS.fullmatch(host) or _NAMED.fullmatch(name))
    if _LONG.fullmatch(found):
        digits = re.sub(r"\D", "", found)
        return bool(_RESIDENT.fullmatch(digits) or (_CARD.match(digits) and luhn(digits)))
    return not _NO_PERSONS.fullmatch(found)


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether a number is a part of a longer name, such as a hash."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return any(
        sign.isascii() and (sign.isalnum() or sign == "-") for sign in (before, after) if sign
    )
