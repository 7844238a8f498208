from __future__ import annotations

import random

import pytest

from ingest.lint.duplicates import duplicates
from ingest.lint.sketches import SIZE, containment, resemblance, sketch
from kb.flaws import FlawKind
from tests.unit.shelves import article, told

HAN = [chr(code) for code in range(0x4E00, 0x5200)]
WORDS = [f"word{number}" for number in range(1024)]
SIGNS = {"zh": HAN, "en": [f"{word} " for word in WORDS]}


def text(lang: str, seed: int, length: int = 400) -> list[str]:
    """Signs in an order that two seeds share nothing of."""
    return random.Random(seed).choices(SIGNS[lang], k=length)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_text_in_other_dress_resembles_itself_wholly(lang: str) -> None:
    plain = "".join(text(lang, 1))
    dressed = plain.upper().replace("丁", "丁。\n")

    assert resemblance(sketch(plain), sketch(dressed)) == 1.0


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_resemblance_is_near_the_share_of_common_shingles(lang: str, kept: float) -> None:
    one = text(lang, 2, 2000)
    other = one[: int(2000 * kept)] + text(lang, 3, 2000 - int(2000 * kept))

    estimate = resemblance(sketch("".join(one)), sketch("".join(other)))

    assert len(sketch("".join(one)).hashes) == SIZE
    assert estimate == pytest.approx(kept / (2 - kept), abs=0.12)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kept", [1.0, 0.8, 0.2])
def test_a_containment_is_near_the_share_of_the_shorter_text(lang: str, kept: float) -> None:
    one = text(lang, 2, 2000)
    shorter = one[: int(1500 * kept)] + text(lang, 3, 1500 - int(1500 * kept))

    estimate = containment(sketch("".join(one)), sketch("".join(shorter)))

    assert estimate == pytest.approx(kept, abs=0.12)


def test_texts_without_words_resemble_nothing() -> None:
    assert resemblance(sketch(""), sketch("4013")) == 0.0
    assert containment(sketch(""), sketch("4013")) == 0.0


def test_the_order_of_words_counts() -> None:
    words = text("zh", 4)

    assert resemblance(sketch("".join(words)), sketch("".join(words[::-1]))) < 0.1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_article_that_is_nearly_an_earlier_one_names_it(lang: str) -> None:
    words = text(lang, 5)
    changed = [*words[:200], *text(lang, 6, 10), *words[200:]]
    shelf = [
        article("".join(changed), f"{lang}/b.md"),
        article("".join(words), f"{lang}/a.md"),
        article("".join(text(lang, 7)), f"{lang}/c.md"),
    ]

    ((kind, _, values),) = told(duplicates(shelf))

    assert (kind, values["other"]) == (FlawKind.NEAR_DUPLICATE, f"{lang}/a.md")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("more", "found"), [(130, 1), (600, 0)])
def test_an_article_that_adds_a_little_to_another_is_told(lang: str, more: int, found: int) -> None:
    words = text(lang, 11)
    shelf = [
        article("".join(words), f"{lang}/a.md"),
        article("".join([*words, *text(lang, 12, more)]), f"{lang}/b.md"),
    ]

    assert len(told(duplicates(shelf))) == found


def test_of_many_alike_each_is_told_once_with_the_first() -> None:
    same = "".join(text("zh", 8))
    shelf = [article(same, f"zh/{number:03}.md") for number in range(150)]

    others = [values["other"] for _, _, values in told(duplicates(shelf))]

    assert others == ["zh/000.md"] * 149


def test_a_phrase_that_stands_everywhere_hides_no_duplicate() -> None:
    footer = "".join(text("zh", 9, 20))
    shelf = [
        article("".join(text("zh", seed)) + footer, f"zh/{seed}.md") for seed in range(20, 140)
    ]
    shelf.append(article(shelf[-1].body, "zh/z.md"))

    assert [values["other"] for _, _, values in told(duplicates(shelf))] == [shelf[-2].path]


def test_short_texts_and_archived_articles_are_no_duplicates() -> None:
    long, archived = "".join(text("zh", 10)), "---\nconfidence: archived\n---\n"
    short = "## 解决方法\n\n1. 重启。\n"
    shelf = [
        article(archived + long, "zh/a.md"),
        article(long, "zh/b.md"),
        article(short, "zh/c.md"),
        article(short, "zh/d.md"),
    ]

    assert told(duplicates(shelf)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("手机黑屏，打不开", "手機黑屏，打不開。"),
        ("错误４０１３", "错误4013！"),
        ("Screen stays  black", "screen stays black."),
    ],
)
def test_a_symptom_of_two_articles_is_told_whatever_its_spelling(one: str, other: str) -> None:
    head = "---\nsymptoms: ['{}', '{}']\n---\n"
    shelf = [
        article(head.format(one, one), "zh/a.md"),
        article(head.format("别的", other), "zh/b.md"),
        article(head.format(one, "other"), "en/a.md"),
    ]

    values = {"found": other, "other": "zh/a.md"}
    assert told(duplicates(shelf)) == [(FlawKind.SHARED_SYMPTOM, None, values)]


def test_symptoms_of_signs_alone_are_not_shared() -> None:
    shelf = [
        article(f"---\nsymptoms: ['{each}']\n---\n", f"zh/{n}.md") for n, each in enumerate("。！")
    ]

    assert told(duplicates(shelf)) == []
