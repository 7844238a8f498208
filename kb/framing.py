"""Who tells it, and how they begin -> only what happens."""

from __future__ import annotations

import re
from typing import Final

# For folded text: full-width signs are plain, Traditional is Simplified. A blank means any blanks.

_ZH_WHICH: Final = "(?:我们?的?)?有?(?:[这那某另]?一?[个位名]|[本该某])?[老新]?"
_ZH_CUSTOMER: Final = f"{_ZH_WHICH}(?:客户|顾客|客人)"
_ZH_TELLER: Final = f"{_ZH_WHICH}(?:客户|顾客|客人|机主|用户|买家|会员|朋友|同事)"
_ZH_NAMED: Final = (
    "页|界面|按钮|入口|功能|模块|系统|平台|中心|渠道|热线|电话|邮箱|链接|表单|单|信息|意见"
    "|师|题|卷|答|号|候|[很太]?[慢迟]"
)
"""What is itself called 用户反馈 or 客户问 with them, and is no telling."""
_ZH_SAYS: Final = (
    "(?:打?来?电话|来电)?(?:[跟和向对]我们?)?"
    "(?:说(?![话明法唱服到着]|不[了出清])|声?称(?![呼重号])|表示|反映|提到|告知(?!书)|告诉我们?"
    f"|(?:反馈|反应|投诉|咨询|询问|问)(?!{_ZH_NAMED}))[说称了道]?"
)
_ZH_FRAMES: Final = (
    f"{_ZH_TELLER}{_ZH_SAYS}",
    f"{_ZH_CUSTOMER}(?:的|:)",
    # 客户经理, 客户资料 and 客户端 are things: only what somebody has or does follows.
    f"{_ZH_CUSTOMER}(?=\\s?(?:手机|电脑|平板|设备|手表|耳机|iphone|ipad|mac|apple"
    "|在|把|想|要|用|换|买|刚|昨|今|前天|上周|最近|已经|无法|不能|没法|没有|不会|打不开|忘|连不|登不|收不"
    "|更新|升级|重启|发现|遇到))",
    f"(?:{_ZH_TELLER}的?)?(?:原话|描述|诉求|(?:问题|故障|现象|症状)(?:描述|现象)?)(?:如下|是)?:",
    "(?:[您你]们?好|大家好|[早晚]上好|[上下]午好|在吗|亲)[呀啊]?(?=[\\s,!。:?~]|\\Z|请|我|想)",
    "我?想?请问|我?想?(?:请教|咨询|问)(?:一?下|一?个问题)|求助(?=[\\s,:!。])",
    "[他她]们?(?:说(?![话明法唱服到着]|不[了出清])|反映|表示)",
)

_EN_WHICH: Final = "(?:the|an?|my|our|this|another|one)"
_EN_CUSTOMER: Final = f"(?:{_EN_WHICH} )?(?:customer|caller)s?"
_EN_TELLER: Final = (
    rf"(?:{_EN_CUSTOMER}|{_EN_WHICH} (?:end[-\s])?users?"
    "|(?:my|our|an?) (?:clients?|friend|colleague|boss|wife|husband|mother|father))"
)
_EN_SAYS: Final = (
    "(?:(?:is|was|are|keeps) )?(?:says?|said|saying|complain(?:s|ed|ing)|mention(?:s|ed)"
    "|reported|reporting|stated|claimed|explained|(?:tells|told) (?:me|us)|asks|asked|asking"
    "|wrote|writes|wants to know"
    "|(?:calls|called|calling)(?: in)? (?:saying|because|about|to (?:say|report)))"
)
_EN_FRAMES: Final = (
    rf"{_EN_TELLER} {_EN_SAYS}\b(?: that\b)?",
    # Reports of customers are things too: "customer reports are empty".
    rf"{_EN_TELLER} (?:report|claim|state)s?\b(?: that\b)?"
    r"(?! (?:are|is|page|tab|screen|do|does|can|cannot|not|missing)\b)",
    rf"{_EN_CUSTOMER}(?:['’]s?(?=\s)|\s?:)|(?:he|she|they) (?:says?|said|reported)(?: that)?\b",
    rf"{_EN_WHICH} (?:customer|caller)s?(?= (?:has|have|had|is|was|can|can['’]?t|cannot"
    r"|could|couldn['’]?t|did|didn['’]?t|does|doesn['’]?t|wants|tried|gets|got|sees|lost|forgot"
    r"|updated|dropped)\b)",
    r"(?:(?:i|we)(?:['’]ve| have)?(?: got)? )?an? (?:customer|caller) (?:who|whose|with)\b",
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: (?:there|all|team|everyone))?"
    r"[,!.:](?=\s|\Z)|dear (?:sir|madam|team|support|all)(?: team)?[,!:]",
    r"(?:(?:can|could|would) (?:you|someone|anyone) )?(?:please help(?: me| us)?|help (?:me|us))"
    r"(?: please)?[,:!?.](?=\s)|(?:please,|help[,!.])(?=\s)",
    r"i(?: would|['’]d) like to (?:ask|know|report)\b",
)

_FRAMES: Final = "|".join((*_ZH_FRAMES, *_EN_FRAMES)).replace(" ", r"\s+")
_OPENINGS: Final = re.compile(
    rf"(?:\A|(?<=[。!?;:,\n])|(?<=[.!?;:,\n]\s))(?:(?:{_FRAMES})[\s,:;!。~]*+)++", re.IGNORECASE
)
"""Frames where a sentence or a clause begins: elsewhere people are what it is about."""


def unframed(folded: str) -> str:
    """A folded text without who tells it (``客户说``) and greetings; empty if that was all.

    ``My customer says the screen is black`` -> ``the screen is black``. A text without any is
    returned as it is, but for blanks around it.
    """
    return _OPENINGS.sub("", folded).strip()
