"""Personal numbers and secrets that the words before them give away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.scrubbing.checks import ipv4_shape, public_ipv4
from kb.scrubbing.plain import Span
from kb.scrubbing.shapes import NO_SUPPORT_LINE

_OPEN: Final = r"""["'(<]?"""
_JOINT: Final = (
    r"[\s:=#]{0,3}(?:(?:号码?|字号|numbers?|no\.?|id|address|地址|is|was|are|at|on|是|为)"
    rf"[\s:=#]{{0,3}}){{0,3}}{_OPEN}"
)
"""What may stand between a label and its number."""
_SAID: Final = rf"\s?(?:(?:name|id)\s?)?(?:[:=]|是|为|(?:is|was)\b)\s?{_OPEN}"
"""What must stand between a label and a value where either may be a plain word."""
_SET: Final = (
    r"\s?(?:我?设?置?的?(?:应该|一直|就|都)?[是为]|[改设]成?了?为?|(?:is|was)\b)?"
    rf"[\s:=]{{0,3}}{_OPEN}"
)
"""What may stand between a password's label and the password."""
_MISNAMED: Final = (
    r"\s?(?:错误|报错|故障|errors?|err|codes?)(?:代码|编号|码|号)?"
    rf"[\s:=#]{{0,3}}(?:(?:is|是|为)\s?)?{_OPEN}"
)
"""A word for error that stands between a label and a number too long for an error code."""
_DIGITS: Final = r"\+?\(?\d(?:[ .()-]{0,2}\d)"
_MIXED: Final = r"(?=[a-z-]{0,20}\d)(?=[0-9a-z-]{5})[0-9a-z]++(?:-++[0-9a-z]++)*+"
"""Letters and digits to their end: of a bounded length, each cut would uncover one more."""
_NO_PRODUCT: Final = r"(?!(?:ios|ipad|iphone|mac|win|android|wifi|watch|office)[a-z]*[\d.-])"
_NAME: Final = (
    rf"{_NO_PRODUCT}(?=[a-z.@+-]{{0,40}}[\d_])(?=[\w.@+-]{{4}})[a-z0-9]\w*+(?:[.@+-]++\w++)*+"
)
_SIGNS: Final = r"!@#$%^&*_+=~?"
_CODE: Final = (
    rf"\d{{3}}[ -]\d{{3}}|{_NO_PRODUCT}(?=[a-z]{{0,39}}[\d{_SIGNS}-])"
    rf"(?=[0-9a-z{_SIGNS}.-]{{3}})[0-9a-z{_SIGNS}]++(?:[.-]++[0-9a-z{_SIGNS}]++)*+"
)
"""A password or code, told from a plain word by a digit or sign."""
_ENGLISH_WORD: Final = (
    r"(?!(?:correct|incorrect|right|wrong|invalid|valid|blank|empty|missing|unknown|always|never"
    r"|still|again|there|gone|strong|weak|short|different|optional|hidden|shown|forgotten|known"
    r"|reset|unset|nothing|okay|fine|[a-z]+(?:ed|ing|ly))\b)"
    r"[a-z]{5,}+(?=[,;!?]|\.?$|\.\s|\s(?:and|but)\b)"
)
"""A password that is a word: it ends its clause and says nothing of a password's state."""
_CHINESE_WORD: Final = r"[a-z]{5,}+(?!\s?[a-z的])"


@dataclass(frozen=True, slots=True)
class _Label:
    """What people call a number, and how the number follows."""

    words: tuple[str, ...]
    """Small letters, Simplified."""
    pattern: re.Pattern[str]
    """Its group is the number."""
    secret: bool
    """Whether the number lets somebody in: then it is no error code, whatever it looks like."""


def _label(words: str, joint: str, number: str, *, secret: bool = False) -> _Label:
    """``words`` are separated by commas."""
    each = sorted(words.split(","), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in each if word.isascii())
    chinese = "|".join(re.escape(word) for word in each if not word.isascii())
    either = "|".join(
        filter(None, (latin and f"(?<![a-z])(?:{latin})", chinese and f"(?<![误错])(?:{chinese})"))
    )
    begins = "".join(sorted({word[0] for word in each}))
    pattern = rf"(?=[{begins}])(?:{either}){joint}({number})(?![^\W_])"
    return _Label(tuple(each), re.compile(pattern, re.ASCII | re.IGNORECASE), secret)


_LABELS: Final = (
    _label(
        "电话,手机号,号码,座机,固话,联系,联系我,联络,联系方式,联络方式,回电,tel,tel.,phone,telephone"
        ",mobile,cell,fax,whatsapp,contact,contact me,contact us,call,call me,call us,call me back"
        ",text,text me,text me back,ring,ring me,reach me,reach us,my number",
        _JOINT,
        NO_SUPPORT_LINE + _DIGITS + "{6,14}",
    ),
    _label(
        "身份证,护照,通行证,社保,社保卡,驾照,驾驶证,passport,driver's license,drivers license"
        ",driving licence,national insurance,ssn,social security,identity card",
        _JOINT,
        _MIXED,
    ),
    _label(
        "电话,手机,手机号,号码,座机,订单,单号,工单,报修,报修码,维修码,账号,账户,客户"
        ",phone,telephone,mobile,account,customer,order,ticket,case,repair,tracking",
        _MISNAMED,
        r"\d{7,15}",
    ),
    _label("卡号,银行卡,信用卡,card", _JOINT, _DIGITS + "{11,22}"),
    _label(
        "imei,imei1,imei2,imei 1,imei 2,meid,imei/meid,iccid,eid,udid,串号,设备码",
        _JOINT,
        r"(?=[a-f]{0,6}\d)[0-9a-f](?:[ -]{0,2}[0-9a-f]){9,39}",
    ),
    _label(
        "序列号,序号,机身号,服务编号,sn ,sn:,sn=,sn#,sn是,sn为,s/n,serial,service tag,asset tag",
        _JOINT,
        _MIXED,
    ),
    _label("qq", _JOINT, r"[1-9]\d{4,10}(?!\.\d)"),
    _label("微信号,用户名,登录名,wechat,username,user name,user id,login", _JOINT, _NAME),
    _label("账号,账户,account,apple id", _SAID, rf"(?=\D){_NAME}"),
    _label(
        "订单,单号,工单,案例编号,order,tracking,case id,case number,case no,repair id,ticket",
        _JOINT,
        _MIXED,
    ),
    _label(
        "ip,ipv4,外网,公网,服务器,地址,wan,server,ping,host",
        _JOINT,
        r"\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)",
    ),
    _label(
        "密码,口令,验证码,校验码,动态码,取件码,识别码,password,passcode,passphrase,pass code"
        ",pin,pin码,pin code,otp,cvv,cvv2,cvc,verification code,security code,one-time code"
        ",one time code,one-time passcode,authentication code,login code,access code,sms code"
        ",confirmation code,recovery code,backup code,unlock code,auth code,2fa code"
        ",安全码,授权码,确认码,恢复码,解锁码",
        _SET,
        _CODE,
        secret=True,
    ),
    _label("密码,口令", _SAID, _CHINESE_WORD, secret=True),
    _label("password,passcode,passphrase", _SAID, _ENGLISH_WORD, secret=True),
)
_SECRETS: Final = tuple(label for label in _LABELS if label.secret)


def spans(read: str) -> Iterator[Span]:
    """Where labelled numbers stand in a plain text, without their labels, in no order."""
    return (found.span(1) for found in _said(read, _LABELS))


def secrets(read: str) -> Iterator[str]:
    """The passwords and one-time codes of a plain text, in no order."""
    return (found[1] for found in _said(read, _SECRETS))


def _said(read: str, chosen: Iterable[_Label]) -> Iterator[re.Match[str]]:
    lower = read.lower()
    for label in chosen:
        if any(word in lower for word in label.words):
            for found in label.pattern.finditer(read):
                if not ipv4_shape(found[1]) or public_ipv4(found[1]):
                    yield found
