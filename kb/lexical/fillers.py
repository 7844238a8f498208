"""Words that are looked up like any other, but alone say nothing about a symptom."""

from __future__ import annotations

import re
from typing import Final

FILLERS: Final = frozenset(
    re.findall(
        r"\S+",
        """
after again ago alreadi also alway anoth anyon anyth ask becaus befor dure els even ever everyth
final first get got half happen hi issu keep kept know let mayb need now onc pleas probabl problem
realli say said seem sinc someon someth sometim sorri still sudden tell thank
thing think though till told tri until usual veri want way whenev whether within without yet
之后 以后 之前 以前 以来 后来 然后 接着 一半 时候 突然 忽然 总是 老是 一直 经常 有时 有时候
现在 目前 刚刚 刚才 昨天 昨晚 前天 最近 已经 一下 一点 一些 一次 每次 问题 情况 现象 东西 这种
那种 这里 那里 还有 谢谢 多谢 麻烦 帮忙 帮我 求助 你好 您好 想问 请教 告诉 知道 觉得 感觉
出现 发生 需要 想要 希望 应该 能够 自己 其他 解决 办法 方法 解决办法 表示 提到 反映 完全
非常 比较 特别 有点 好像 似乎 其实 结果 原因 怎么弄 咋办 咋回 回事 说 讲 问 后 前 又 再 才 只 想
上 下 里 中 时
""",
    )
)
"""Terms as :meth:`kb.lexical.Lexicon.terms` gives them: English stems, Chinese words.

Unlike stop words they have their part in ranking ("after the update"), but no solution fits by them
alone, and none is shown as a reason. Negations and what products are called stay out.
"""
