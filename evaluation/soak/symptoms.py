"""What callers type: the symptoms that writers foresaw, in the words of the impatient."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from kb.domain import Article, Language

_ASKED = {
    Language.ZH: ("{}", "请问{}怎么办？", "急！{}，重启也没用", "昨天开始{}"),
    Language.EN: ("{}", "help: {}", "{} since yesterday", "why does this happen: {}"),
}


def foreseen(articles: Iterable[Article]) -> list[tuple[Language, str]]:
    """Each article's title and symptoms with its language, in order and once."""
    return list(
        dict.fromkeys(
            (each.lang, text) for each in articles for text in (each.title, *each.symptoms)
        )
    )


def typed(foreseen: Sequence[tuple[Language, str]], chance: random.Random) -> str:
    """One of them as somebody types it; of none a ``IndexError``."""
    lang, text = chance.choice(foreseen)
    return chance.choice(_ASKED[lang]).format(text)
