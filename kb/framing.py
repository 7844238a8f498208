"""Who tells it, and how they begin -> only what happens."""

from __future__ import annotations

import re
from typing import Final

# All patterns are for folded text: full-width signs are plain, Traditional is Simplified.

_ZH_WHICH: Final = "(?:(?:我们?|咱们)的?)?有?(?:(?:[这那某另一]|另?一)?[个位名]|[本该些某])?[老新]?"
_ZH_CUSTOMER: Final = f"{_ZH_WHICH}(?:客户|顾客|客人|机主)"
_ZH_TELLER: Final = f"(?:{_ZH_CUSTOMER}|{_ZH_WHICH}(?:用户|买家|会员|朋友|同事))"
_ZH_CALLS: Final = "(?:打?来?电话里?|来电|来信|留言)?(?:[跟和向对]我们?)?"
_ZH_SAYS: Final = (
    "(?:说(?![话明法唱服])|讲(?![话解])|声?称(?![呼重号])|表示|反映|提到|告知(?!书)|告诉我们?"
    "|(?:反馈|反应|报告|描述|投诉|咨询|询问|问)(?:说|称|了|道|(?=[,:])))(?:了|道|的是)?"
)
_ZH_TOLD: Final = f"{_ZH_TELLER}{_ZH_CALLS}{_ZH_SAYS}"
_ZH_ABOUT: Final = (
    f"{_ZH_TELLER}(?:(?:反馈|反应)(?![很太慢迟功页入按助渠中表信单系意模界邮链])"
    "|投诉(?![功页入按渠中电单系热])|咨询(?![师台页热功])|询问|问(?![题卷答号]))"
)
"""``客户反馈手机黑屏``, but not a page or button that is called 用户反馈."""
_ZH_THEIR: Final = (
    f"{_ZH_CUSTOMER}(?:家里?)?"
    "(?:的|(?=\\s?(?:手机|电脑|平板|设备|手表|耳机|电视|苹果|iphone|ipad|mac|apple)"
    "|在|把|想|要|用|拿|换|买|刚|昨|今|前天|上周|最近|已经|无法|不能|没法|没有|不会|打不开|忘|丢|连不|登不|收不"
    "|更新|升级|重启|发现|遇到))"
)
_ZH_LABEL: Final = (
    f"(?:{_ZH_CUSTOMER}|(?:{_ZH_TELLER}的?)?(?:原话|描述|诉求|(?:问题|故障|现象|症状)(?:描述|现象)?)"
    "(?:如下|是)?):"
)
_ZH_GREETING: Final = (
    "(?:[您你]们?好|大家好|[早下晚]上?午?好|在吗|亲)[呀啊]?(?=[\\s,!。:?~]|\\Z|请|我|想|麻烦)"
)
_ZH_ASKING: Final = (
    "我?想?请问|我?(?:想要?|麻烦)?(?:请教|咨询|问)(?:一?下|一?个问题)|求助(?=[\\s,:!。])"
    "|[他她]们?(?:说(?![话明法唱服])|反映|表示)"
)

_EN_CUSTOMER: Final = "(?:customers?|callers?)"
_EN_TELLER: Final = (
    rf"(?:(?:(?:the|an?|my|our|this|another|one)\s+)?{_EN_CUSTOMER}|(?:end[- ])?users(?=\s+say)"
    r"|(?:the|an?|my|our|this|another|one)\s+(?:end[- ])?users?"
    r"|(?:my|our|an?)\s+(?:clients?|friend|colleague|co-?worker|boss|wife|husband|mother|father))"
)
_EN_SAYS: Final = (
    r"(?:(?:is|was|are|keeps)\s+)?(?:says?|said|saying|complain(?:s|ed|ing)?|mention(?:s|ed)"
    r"|explain(?:s|ed)|reported|reporting|stated|claimed|told\s+(?:me|us)|tells\s+(?:me|us)"
    r"|asks|asked|asking|wrote|writes|wants\s+to\s+know|describe[sd]"
    r"|(?:calls|called|calling)(?:\s+in)?\s+(?:saying|because|about|to\s+(?:say|report)))\b"
)
_EN_REPORTS: Final = (
    r"(?:reports?|claims?|states?|notes)(?=\s*[,:]|\s+(?:that|about|the|their|his|her|an?|it|they|he"
    r"|she|there|no|when|after|getting|having)\b)"
)
"""A thing of customers (``customer reports are empty``) unless a clause follows."""
_EN_TOLD: Final = rf"(?<![\w-]){_EN_TELLER}\s+(?:{_EN_SAYS}|{_EN_REPORTS})(?:\s+that\b)?"
_EN_THEIR: Final = (
    rf"(?:(?:the|an?|my|our|this|one)\s+)?{_EN_CUSTOMER}['’]s?(?=\s)"
    rf"|(?:the|an?|my|our|this|one)\s+{_EN_CUSTOMER}(?=\s+(?:has|have|had|is|was|can|can['’]?t|cannot"
    r"|could|couldn['’]?t|did|didn['’]?t|does|doesn['’]?t|wants|tries|tried|gets|got|sees|saw|lost"
    r"|forgot|updated|dropped)\b)"
    rf"|(?:an?|(?:i|we)(?:['’]ve|\s+have)?(?:\s+got|\s+have)?\s+an?)\s+{_EN_CUSTOMER}\s+(?:who|whose|with)\b"
    rf"|{_EN_CUSTOMER}\s+reports(?!\s+(?:are|is|page|tab|screen|do|does|can|cannot|not|missing)\b)"
    rf"|{_EN_CUSTOMER}\s*:|(?:he|she|they)\s+(?:says?|said|reports?|reported)\b(?:\s+that\b)?"
)
_EN_GREETING: Final = (
    r"(?:hi|hello|hey|good\s+(?:morning|afternoon|evening))(?:\s+(?:there|all|team|everyone))?"
    r"\s*[,!.:](?=\s|\Z)|dear\s+(?:sir|madam|team|support|all)(?:\s+team)?\s*[,!:]"
)
_EN_ASKING: Final = (
    r"(?:(?:can|could|would)\s+(?:you|someone|anyone)\s+)?(?:please\s+)?help(?:\s+(?:me|us))?"
    r"(?:\s+please)?\s*[,:!?.](?=\s)|please(?:\s+help(?:\s+(?:me|us))?)?\s*[,:](?=\s)"
    r"|i(?:\s+would|['’]d)\s+like\s+to\s+(?:ask|know|report)(?:\s+(?:that|about))?\b"
)

_TOLD: Final = f"{_ZH_TOLD}|{_EN_TOLD}"
_CHINESE: Final = f"{_ZH_LABEL}|{_ZH_ABOUT}|{_ZH_THEIR}|{_ZH_GREETING}|{_ZH_ASKING}"
_ENGLISH: Final = f"{_EN_THEIR}|{_EN_GREETING}|{_EN_ASKING}"
_AT_START: Final = re.compile(
    rf"(?:\A|(?<=[。!?;\n])|(?<=[.!?;]\s))\s{{0,4}}+(?:(?:{_TOLD}|{_CHINESE}|{_ENGLISH})[\s,:;!。~]*+)++",
    re.IGNORECASE,
)
_ANYWHERE: Final = re.compile(_TOLD, re.IGNORECASE)


def unframed(folded: str) -> str:
    """A folded text without who tells it (``客户说``) and greetings; empty if that was all.

    ``My customer says the screen is black`` -> ``the screen is black``. What only a beginning makes
    a frame (``Hello,``) goes from the start of sentences; who said it from anywhere. A text
    without any is returned as it is.
    """
    return _ANYWHERE.sub(" ", _AT_START.sub("", folded)).strip()
