"""Personal numbers that their shape gives away, without a word before them.

A rule looks at one character on either side and takes its token to the end. Otherwise masking one
number could uncover the next, and a hostile text would take as many rounds as it has numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from kb.scrubbing.checks import one_number, public_ipv6, random_serial, unlabelled_ipv4
from kb.scrubbing.plain import Span

_S: Final = "[ .-]{1,3}"
"""What people put between groups of digits."""
_NO_SIZE: Final = r"(?![ ]?(?i:bytes?|字节|位元组|[kmgt]?i?b(?![a-z])|毫秒|ms(?![a-z])))"

NO_SUPPORT_LINE: Final = r"(?!\(?(?:\+?1[ -]?)?\(?(?:400|0?8(?:00|33|44|55|66|77|88))\D)"
"""Toll-free numbers belong to companies."""

_MOBILE: Final = rf"""
    (?:\(?(?:\+|00)?86\)?(?:{_S})?)?
    1[3-9]\d(?: (?:{_S})?\d{{4}}(?:{_S})?\d{{4}}
              | {_S}\d{{3}}{_S}\d{{5}}
              | \d{_S}(?: \d{{3}}{_S}\d{{4}} | \d{{7}} | \d{{4}}{_S}\d{{3}})
              | \d\d{_S}\d{{6}})
    (?!\d){_NO_SIZE}"""
_LAND_LINE: Final = rf"""
      \(?(?:010|02\d|0[3-9]\d\d)\)?(?:{_S})?[2-9]\d{{2,3}}(?:{_S})?\d{{4}}
      (?:[ ]?(?:转|分机|ext\.?|x|-)[ ]?\d{{1,5}})?
    | {NO_SUPPORT_LINE}\(?0[1-9]\d{{1,3}}\)?{_S}\d{{3,4}}(?:{_S})?\d{{3,4}}
    | 0[1-9]\d{{3}}{_S}\d{{6}}
    | 0[1-9]\d{{8,9}}"""
_NORTH_AMERICAN: Final = rf"""
    (?:\+?1(?:{_S})?)?{NO_SUPPORT_LINE}(?:\([2-9]\d\d\)(?:{_S})?|[2-9]\d\d{_S})[2-9]\d\d{_S}\d{{4}}"""
_FOREIGN: Final = rf"(?:\+[1-9]|00[1-9]\d{{0,2}}{_S}\d)(?:[ .()-]{{0,2}}\d){{6,13}}"
_RESIDENT: Final = r"""
    [1-9]\d{5}[ ]?(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ ]?\d{3}[\dXx]"""
_LONG: Final = rf"\d{{15,}}(?!\d){_NO_SIZE}"
_SPELT: Final = r"\d(?:[ .-]\d){10,}"
_SIM: Final = r"89\d\d(?:[ -]\d{4}){3,4}(?:[ -]\d{1,3})?"
_HYPHENATED: Final = r"\d{3}-\d\d-\d{4} | \d{3}-\d{7}-\d{7} | \d{6}(?:-\d{6}){5,7}"
"""Social security, order and recovery numbers."""
_POSITION: Final = r"-?\d{1,3}\.\d{4,}[ ]?,[ ]?-?\d{1,3}\.\d{4,}"

_NUMBERS: Final = re.compile(
    r"(?:(?<!\d)(?=\d)|(?=[+(-]))(?:"
    + "|".join(
        (
            _MOBILE,
            _RESIDENT,
            _LAND_LINE,
            _NORTH_AMERICAN,
            _FOREIGN,
            _LONG,
            _SPELT,
            _SIM,
            _HYPHENATED,
            _POSITION,
        )
    )
    + r")(?!\d)",
    re.ASCII | re.VERBOSE,
)
_TOKENS: Final = re.compile(
    r"""(?=[0-9A-Za-z])(?<![^\W_])(?:
      (?<!\{)(?i:[0-9a-f]{8}-(?:(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16})(?!\})) # UUID, UDID
    | (?i:[0-9a-f]{40})                                                       # older UDID
    | (?i:[0-9a-f]{2}(?::[0-9a-f]{2}){5} | [0-9a-f]{2}(?:-[0-9a-f]{2}){5})    # MAC
    | (?=[\d.]{0,13}[a-f])(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}                       # MAC
    | wxid_\w{4,}+
    | [A-Za-z]\d{9,10} | SF\d{12,15} | JD[A-Z0-9]\d{11,15} | 1Z[0-9A-Z]{16}   # orders, parcels
    | [A-Z]{1,2}\d{6}\([0-9A]\)                                               # Hong Kong identity
    | [A-Z0-9]{5}(?:-[A-Z0-9]{5}){4} | [A-Z0-9]{4}(?:-[A-Z0-9]{4}){6}         # product keys
    | (?=[A-Z]{1,10}\d[A-Z]{0,10}\d)[CDFGHJKQRVWXY][A-HJ-NP-Z0-9]{2}[CDFGHJ-NP-TV-Z]
      [1-9CDFGHJ-NP-RTV-Y][A-HJ-NP-Z0-9]{7}                                   # Apple serial
    )(?:(?<=\))|(?![^\W_]))""",
    re.ASCII | re.VERBOSE,
)
_LOCAL: Final = r"[\w\u00c0-\u052f.%+'-]"
_TOP: Final = "(?:com|net|org|edu|gov|info|cn|hk|tw|io|me|co|uk|de|jp)"
_EMAIL: Final = re.compile(
    rf"""(?<!{_LOCAL}){_LOCAL}++(?:
      @(?![23]x\.)(?:[\w\u00c0-\u052f-]++\.)+(?:[a-z][a-z0-9-]+|中国|公司|网络)
    | [ ]{{0,2}}@[ ]{{0,2}}(?:[\w-]++[ ]?[.。][ ]?)+{_TOP}
    )(?![^\W_])""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_SPOKEN_EMAIL: Final = re.compile(
    rf"""(?<!{_LOCAL}){_LOCAL}++[ ]{{0,2}}[(\[]?[ ]?(?:at|艾特|@)[ ]?[)\]]?[ ]{{0,2}}
    [\w-]++(?:[ ]{{0,2}}[(\[]?[ ]?(?:dot|点)[ ]?[)\]]?[ ]{{0,2}}[\w-]++){{0,3}}?
    [ ]{{0,2}}[(\[]?[ ]?(?:dot|点)[ ]?[)\]]?[ ]{{0,2}}{_TOP}(?![^\W_])""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_ISSUER: Final = "(?=2[2-7]|3[04-9]|[456]|8[69])"
"""How numbers of payment cards begin (ISO/IEC 7812); IMEIs with 35 or 86."""
_CHECKED: Final[tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]] = (
    (
        re.compile(
            rf"""(?=\d)(?<!\d)(?:
              {_ISSUER}\d{{4}}(?:[ -]{{1,3}}\d{{4}}){{3}} | \d{{8}}[ -]{{1,3}}\d{{8}}
            | 3\d{{3}}{_S}\d{{6}}{_S}\d{{4,5}} | \d{{6}}{_S}\d{{10}}(?:\d{{3}})?
            | \d\d{_S}\d{{6}}{_S}\d{{6}}{_S}\d | \d{{6}}{_S}\d\d{_S}\d{{6}}{_S}\d
            | \d{{8}}{_S}\d{{6}}{_S}\d | \d{{5}}(?:{_S}\d{{5}}){{2}} | \d{{3}}(?:{_S}\d{{3}}){{4}}
            | 4\d{{12}} | 3(?:0[0-5]|[689]\d)\d{{11}}
            )(?!\d){_NO_SIZE}""",
            re.ASCII | re.VERBOSE,
        ),
        one_number,
    ),
    (
        re.compile(
            rf"(?<!\d){_ISSUER}\d{{4}}(?:[ -]{{1,3}}\d{{4}}){{3}}[ -]{{1,3}}\d{{1,3}}(?!\d)",
            re.ASCII,
        ),
        one_number,
    ),
    (re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?[^\W_])", re.ASCII), unlabelled_ipv4),
    (
        re.compile(
            r"(?=[0-9a-f:])(?<![\w:.])(?=[a-f:]*\d)(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])",
            re.ASCII | re.IGNORECASE,
        ),
        public_ipv6,
    ),
)
"""Shapes that other things have too, each with what tells them apart."""
_SERIAL: Final = re.compile(r"(?<![\w-])[A-HJ-NP-Z0-9]{10}(?![\w-])", re.ASCII)
_SIX_DIGITS: Final = re.compile(r"\d(?:\D*\d){5}", re.ASCII)


def spans(read: str) -> Iterator[Span]:
    """Where personal numbers stand in a plain text, in no order; they may overlap."""
    if "@" in read:
        yield from _all(_EMAIL, read)
    if "@" in read or "艾特" in read or "dot" in read.lower():
        yield from _all(_SPOKEN_EMAIL, read)
    yield from _all(_TOKENS, read)
    yield from _checked(_SERIAL, random_serial, read)
    if _SIX_DIGITS.search(read):
        yield from _all(_NUMBERS, read)
        for pattern, check in _CHECKED:
            yield from _checked(pattern, check, read)


def _all(pattern: re.Pattern[str], read: str) -> Iterator[Span]:
    return (found.span() for found in pattern.finditer(read))


def _checked(pattern: re.Pattern[str], check: Callable[[str], bool], read: str) -> Iterator[Span]:
    """What passes the check; a number may begin inside another that does not."""
    found = pattern.search(read)
    while found:
        passed = check(found[0])
        if passed:
            yield found.span()
        found = pattern.search(read, found.end() if passed else found.start() + 1)
