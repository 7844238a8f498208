from __future__ import annotations

import pytest

from ingest.lint.translations import translations
from kb.domain import Article
from kb.findings import Severity
from kb.flaws import FlawKind
from tests.unit.shelves import article, told

HEAD = "---\nerror_codes: [4013]\nboundary: repair\nproducts: [phone, tablet]\n{}\n---\n"
ENVIRONMENT = "environment: {ios: '>=12, <18.1', host: [macos, windows]}"
ZH = HEAD.format(ENVIRONMENT) + "## 解决方法\n\n1. 重启。\n2. 更新。\n"
EN = HEAD.format(ENVIRONMENT) + "## Resolution\n\n1. Restart.\n2. Update.\n"
ARCHIVED = ZH.replace("products", "confidence: archived\nproducts")


def shelf(zh: str, en: str) -> list[Article]:
    return [article(zh, "zh/a.md"), article(en, "en/a.md")]


def test_versions_that_say_the_same_are_no_finding() -> None:
    same = EN.replace("phone, tablet", "tablet, phone").replace("macos, windows", "windows, macos")
    zh, en = (
        ZH.replace("[4013]", "['0xE8000015', ERR_A]"),
        same.replace("[4013]", "[err_a, '0xe8000015']"),
    )

    assert told(translations(shelf(ZH, same), ())) == []
    assert told(translations(shelf(zh, en), ())) == []


@pytest.mark.parametrize(
    ("was", "now", "kind", "here", "there"),
    [
        ("2. Update.\n", "", FlawKind.STEPS_DIFFER, "1", "2"),
        ("[4013]", "[4013, 9]", FlawKind.TRANSLATION_DIFFERS, "[4013, 9]", "[4013]"),
        ("repair", "carrier", FlawKind.TRANSLATION_DIFFERS, "carrier", "repair"),
        ("boundary", "topic: a.b\nboundary", FlawKind.TRANSLATION_DIFFERS, "a.b", "none"),
        (
            "boundary",
            "audience: internal\nboundary",
            FlawKind.TRANSLATION_DIFFERS,
            "internal",
            "public",
        ),
        (", tablet", "", FlawKind.TRANSLATION_DIFFERS, "[phone]", "[phone, tablet]"),
        (
            ENVIRONMENT,
            "environment: {ios: any, app: itunes}",
            FlawKind.TRANSLATION_DIFFERS,
            "{ios: any, app: [itunes]}",
            "{ios: [>=12, <18.1], host: [macos, windows]}",
        ),
    ],
)
def test_versions_that_differ_are_told_with_both_values(
    was: str, now: str, kind: FlawKind, here: str, there: str
) -> None:
    (finding,) = translations(shelf(ZH, EN.replace(was, now)), ())

    assert (finding.path, finding.severity) == ("en/a.md", Severity.WARNING)
    assert (finding.flaw.kind, finding.flaw.values["other"]) == (kind, "zh/a.md")
    assert (finding.flaw.values["here"], finding.flaw.values["there"]) == (here, there)
    assert (here in finding.message, there in finding.message) == (True, True)


@pytest.mark.parametrize(("alone", "lacks"), [("zh", "en"), ("en", "zh")])
def test_a_solution_in_one_language_is_a_note(alone: str, lacks: str) -> None:
    found = list(translations([*shelf(ZH, EN), article(ZH, f"{alone}/b.md")], ()))

    assert told(found) == [(FlawKind.NO_TRANSLATION, None, {"lang": lacks})]
    assert [(each.path, each.severity) for each in found] == [(f"{alone}/b.md", Severity.NOTE)]


@pytest.mark.parametrize(
    ("more", "unread"),
    [
        ([("zh/b.md", ZH)], ["en/b.md"]),
        ([("zh/b.md", ARCHIVED)], []),
        ([("b.md", "# 屏幕黑了\n")], []),
    ],
    ids=["a broken version", "an archived article", "no language folder"],
)
def test_nothing_is_missing_that_nobody_waits_for(
    more: list[tuple[str, str]], unread: list[str]
) -> None:
    articles = [*shelf(ZH, EN), *(article(text, path) for path, text in more)]

    assert told(translations(articles, unread)) == []


def test_in_a_folder_of_one_language_nothing_is_missing() -> None:
    assert told(translations([article(ZH, "zh/a.md"), article(ZH, "zh/b.md")], ())) == []
