"""A text in the signs that rules are written in, each character in its place."""

from __future__ import annotations

from typing import Final

Span = tuple[int, int]
"""Start and end of a stretch of a text, in characters."""

_TRADITIONAL: Final = "電話號碼機聯絡繫護證驗動態訂單帳帐戶設備為應產編點轉節組碼駕會錄錯誤務"
_SIMPLIFIED: Final = "电话号码机联络系护证验动态订单账账户设备为应产编点转节组码驾会录错误务"
_PLAIN: Final = (
    {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
    | str.maketrans(_TRADITIONAL, _SIMPLIFIED)
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"), " ")
    | dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), " ")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"), "-")
    | dict.fromkeys(map(ord, "“”„«»「」『』"), '"')
    | dict.fromkeys(map(ord, "‘’"), "'")
    | dict.fromkeys(map(ord, "【〔〈《"), "(")
    | dict.fromkeys(map(ord, "】〕〉》"), ")")
)


def plain(text: str) -> str:
    """The text with its digits, letters, blanks and signs in ASCII and its labels in Simplified.

    Only single characters change, so places in it are places in the text.
    """
    return text if text.isascii() else text.translate(_PLAIN)
