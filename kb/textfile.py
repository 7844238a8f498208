"""Bytes of a text file -> text, whatever its encoding."""

from __future__ import annotations

import codecs
import re
from typing import Final

from kb.errors import BadArticle
from kb.flaws import Flaw, FlawKind

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; UTF-32's little-endian one begins with UTF-16's, so it stands first."""
_SAMPLE: Final = 65_536
"""How many leading bytes, or characters, are enough to tell one encoding from another."""
_CONTROL_SHARE: Final = 0.01
"""A file with a larger share of control characters is not text."""
_UTF16_SHARE: Final = 0.9
"""Plain characters in a text read in its own byte order; in the other one they are under .2."""
_ZERO_SHARE: Final = 0.2
"""NUL bytes in Latin UTF-16, about one half; below this, valid UTF-8 is what it seems to be."""
_UTF8_SHARE: Final = 0.9
"""Bytes above ASCII that damaged UTF-8 keeps in whole characters; GBK and Big5 keep under .4."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]{2,}")
_HIGH: Final = bytes(range(0x80, 0x100))
_PLAIN: Final = re.compile(r"[\t\n\r -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_FREQUENT: Final = frozenset(
    "的一是不了在有人我他这個這上們们来來到时時大地为為子中你说說生国國年着就那和要她出也得里裡後后自以"
    "会會可下而过過天去能对對小多然于於心用法无無点點开開机機手新行成方面下设設置问問题題请請电電"
)
"""Everyday characters of both scripts: the right encoding shows many of them, a wrong one few."""


def text(raw: bytes, path: str) -> str:
    """Decode a file: UTF-8, UTF-16 or UTF-32, GB18030, Big5 or Windows-1252; newlines become LF.

    Byte order marks and stray control characters are dropped. An empty file is an empty text.

    Raises:
        BadArticle: the file is not text, or is damaged UTF-8.
    """
    decoded = _decoded(raw, path).removeprefix("\ufeff")
    if len(_CONTROL.findall(decoded[:_SAMPLE])) > _CONTROL_SHARE * len(decoded[:_SAMPLE]):
        raise _not_text(path)
    unified = decoded.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unified)


def _decoded(raw: bytes, path: str) -> str:
    encoding = _marked(raw) or _unmarked_utf16(raw)
    if encoding is not None:
        return _readable(_strict(raw, encoding), path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(raw):
            line = raw.count(b"\n", 0, error.start) + 1
            reason = f"damaged UTF-8 at byte {error.start}: save the file as UTF-8"
            raise BadArticle(path, reason, line=line, flaw=Flaw(FlawKind.DAMAGED_TEXT)) from error
    return _readable(_national(raw), path)


def _marked(raw: bytes) -> str | None:
    return next((name for mark, name in _MARKS if raw.startswith(mark)), None)


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark: has NUL bytes, and reads as plain Latin or Chinese in one order."""
    sample = raw[:_SAMPLE]
    zeros = sample.count(0) / max(len(sample), 1)
    if len(raw) % 2 or not zeros or (zeros < _ZERO_SHARE and _strict(raw, "utf-8")):
        return None
    shares = {name: _plain_share(sample, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > _UTF16_SHARE else None


def _plain_share(sample: bytes, encoding: str) -> float:
    decoded = sample.decode(encoding, errors="replace")
    return len(_PLAIN.findall(decoded)) / max(len(decoded), 1)


def _is_damaged_utf8(raw: bytes) -> bool:
    """Most bytes above ASCII form whole UTF-8 characters; in other encodings hardly any do."""
    kept = raw.decode("utf-8", errors="ignore").encode()
    before, after = _high_count(raw), _high_count(kept)
    return after > _UTF8_SHARE * before


def _high_count(raw: bytes) -> int:
    return len(raw) - len(raw.translate(None, _HIGH))


def _national(raw: bytes) -> str | None:
    """The most likely of the encodings from before UTF-8, or ``None``."""
    runs = sum(map(len, _HIGH_RUN.findall(raw[:_SAMPLE])))
    if runs < _high_count(raw[:_SAMPLE]) / 2:
        return _strict(raw, "cp1252")
    readings = [reading for name in ("gb18030", "big5") if (reading := _strict(raw, name))]
    return max(readings, key=_frequent_count, default=None)


def _frequent_count(decoded: str) -> int:
    return sum(character in _FREQUENT for character in decoded[:_SAMPLE])


def _strict(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _readable(decoded: str | None, path: str) -> str:
    if decoded is None:
        raise _not_text(path)
    return decoded


def _not_text(path: str) -> BadArticle:
    reason = "not text: neither UTF-8, UTF-16, GB18030 nor Big5; save it as UTF-8"
    return BadArticle(path, reason, flaw=Flaw(FlawKind.NOT_TEXT))
