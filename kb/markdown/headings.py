"""Heading words -> what a section is for, and the anchor it gets."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kb.domain import Audience, SectionKind
from kb.folding import fold_case
from kb.suggestion import ALIKE, near

_WORDS: Final = {
    SectionKind.SYMPTOM: """symptom; symptoms; problem; problem description; issue description;
        症状; 征状; 现象; 故障现象; 问题现象; 问题描述; 问题""",
    SectionKind.APPLIES_TO: """applies to; applicability; environment; 适用范围; 适用于; 适用对象;
        适用环境""",
    SectionKind.CAUSE: """cause; causes; root cause; possible cause; possible causes; reason;
        reasons; 原因; 可能原因; 可能的原因; 故障原因; 根本原因; 问题原因; 原因分析""",
    SectionKind.RESOLUTION: """resolution; resolutions; solution; solutions; workaround;
        workarounds; fix; how to fix; how to fix it; how to resolve; how to solve; what to do;
        steps to resolve; 解决方法; 解决方案; 解决办法; 解决步骤; 解决; 处理方法; 处理步骤;
        操作步骤; 变通方法; 替代方法; 替代方案; 因应措施; 临时解决方法; 暂时解决方法; 怎么办""",
    SectionKind.IF_IT_FAILS: """if it still fails; if it fails; if that fails; if this does not
        help; if that does not work; if this doesn't work; if that doesn't work; if the problem
        persists; if the problem continues; if the issue persists; still not resolved;
        still not working; still not solved; 仍未解决; 仍未解决时; 问题仍未解决; 如果仍未解决;
        如仍未解决; 若仍未解决; 仍然无法解决; 仍无法解决; 还是不行""",
    SectionKind.PREVENTION: """prevention; preventing it; how to prevent it; how to prevent this;
        avoid it; 预防; 预防措施; 如何预防; 预防方法""",
    SectionKind.OTHER: """more information; additional information; more help; references;
        reference; status; see also; next steps; related; related articles; disclaimer; 更多信息;
        其他信息; 详细信息; 参考; 参考资料; 另请参阅; 后续步骤; 相关文章; 状态""",
}
_KINDS: Final = {
    " ".join(word.split()): kind for kind, words in _WORDS.items() for word in words.split(";")
}
_BEFORE: Final = re.compile(r"^(?:[^\w]|_|\d+[.)、]*|[一二三四五六七八九十]+[、.])+")
_SUBJECT: Final = re.compile(r"[:(\[].*", re.DOTALL)
_AFTER: Final = re.compile(r"[\W\d_]*$|[一二三四五六七八九十]$")
_LONGEST: Final = 60
"""No name of a section is longer; what follows is not looked at."""
_HAN_ALIKE: Final = 0.75
"""Similarity from which a Chinese name counts as a slip of another: one character in four."""
_DROPPED: Final = re.compile(r"[^\w\s-]+")
_SLUG_LENGTH: Final = 100
_TAKEN: Final = re.compile(r"step-\d+|main|back|beyond|outcome|outcome-title|note|note-hint")
"""Anchors of steps, and what pages call their own parts around an article: no heading has them."""


def kind(heading: str) -> SectionKind | None:
    """What a heading announces, in Chinese of both scripts or English; ``None`` = nothing known.

    Case, numbers, symbols and brackets around the words do not matter, nor what follows a colon.
    """
    return _KINDS.get(_bare(heading))


def _bare(heading: str) -> str:
    folded = fold_case(heading[:_LONGEST]).replace("’", "'")
    words = _AFTER.sub("", _SUBJECT.sub("", _BEFORE.sub("", folded)), count=1)
    return " ".join(words.split())


def meant(heading: str) -> str:
    """The known name that an unknown heading nearly is; empty for a known one, and for others."""
    words = _bare(heading)
    if words in _KINDS:
        return ""
    alike = _HAN_ALIKE if words[:1] > "z" else ALIKE
    return near(words, _KINDS, alike=alike) or ""


class Anchors:
    """The anchors of one article for one audience: each is given once.

    Those of internal parts begin with ``internal.``, which no other has: what everyone may see is
    named and counted as if they were not there.
    """

    def __init__(self, audience: Audience) -> None:
        self._prefix = "" if audience is Audience.PUBLIC else f"{audience}."
        self._given: dict[str, int] = {}
        self._steps = 0

    def heading(self, text: str) -> str:
        """A heading's words in lower case joined by ``-``; the second of a name ends in ``-2``."""
        return self._prefix + self._slug(text)

    def _slug(self, text: str) -> str:
        folded = unicodedata.normalize("NFC", text[:_SLUG_LENGTH]).lower()
        slug = "-".join(_DROPPED.sub("", folded).split()) or "section"
        slug = f"section-{slug}" if _TAKEN.fullmatch(slug) else slug
        anchor = slug
        while anchor in self._given:
            self._given[slug] += 1
            anchor = f"{slug}-{self._given[slug]}"
        self._given[anchor] = 1
        return anchor

    def step(self) -> str:
        """``step-1``, ``step-2``, … through the whole article; no heading has such an anchor."""
        self._steps += 1
        return f"{self._prefix}step-{self._steps}"
