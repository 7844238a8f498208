"""Words of both languages that say nothing about a symptom."""

from __future__ import annotations

import re
from typing import Final

STOP_WORDS: Final = frozenset(
    re.findall(
        r"\S+",
        """
a am an and any are as at be been being both but by can could did do does doing dont for from had
has have having he her here him his how i if im in into is it its ive just me my of on or our she
should so such than that the their them then there these they this those to too was we were what
when where which while who whom why will with would you your 的 了 着 过 是 在 和 与 及 或 而 但
也 都 还 就 把 被 让 给 对 从 到 向 以 为 于 吗 呢 吧 啊 呀 嘛 我 你 您 他 她 它 我们 你们 您们
他们 这 那 这个 那个 这样 那样 这些 那些 一个 有 个 很 请 请问 什么 怎么 怎样 怎么办 怎么样
怎么回事 如何 为何 为啥 为什么 哪些 哪个 是否 可以 进行 如果 因为 所以 但是 以及 或者 关于 还是
就是 的话 么办 么样 么回
""",
    )
)
"""Folded, caseless and without apostrophes. Negations and words such as "after" stay out."""
