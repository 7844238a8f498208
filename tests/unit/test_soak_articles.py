"""The soak's articles: what is searched for, and how they are revised."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evaluation.soak.publishing import revise
from evaluation.soak.site import visible
from evaluation.soak.symptoms import foreseen, typed
from kb.domain import Language

ARTICLE = """---
title: {title}
symptoms: [{symptom}]
audience: {audience}
---

## 解决方法

换线。
"""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    for name, title, symptom, audience in [
        ("zh/charge", "充电很慢", "充不进电", "public"),
        ("en/charge", "Charges slowly", "does not charge", "public"),
        ("zh/secret", "内部", "内部", "internal"),
    ]:
        path = tmp_path / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        text = ARTICLE.format(title=title, symptom=symptom, audience=audience)
        path.write_text(text, "utf-8")
    return tmp_path


def test_nobody_searches_for_what_only_staff_may_see(articles: Path) -> None:
    known = foreseen(visible(articles).values())

    assert set(known) == {
        (Language.ZH, "充电很慢"),
        (Language.ZH, "充不进电"),
        (Language.EN, "Charges slowly"),
        (Language.EN, "does not charge"),
    }


@pytest.mark.parametrize("symptom", [(Language.ZH, "充不进电"), (Language.EN, "does not charge")])
def test_the_same_chance_types_the_same(symptom: tuple[Language, str]) -> None:
    first, second = (random.Random(3) for _ in range(2))
    said = [typed([symptom], first) for _ in range(20)]

    assert said == [typed([symptom], second) for _ in range(20)]
    assert len(set(said)) > 1
    assert all(symptom[1] in each for each in said)


def test_a_revised_article_differs_and_does_not_grow(articles: Path) -> None:
    path = articles / "zh" / "charge.md"
    chance = random.Random(5)
    revise([path], chance)
    first = path.read_bytes()
    revise([path], chance)
    second = path.read_bytes()

    assert first != second
    assert len(first) == len(second)
    assert visible(articles)[path.resolve()].title == "充电很慢"
