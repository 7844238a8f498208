from __future__ import annotations

import pytest

from ingest.lint.foreign import foreign
from kb.domain import Language
from kb.flaws import FlawKind
from tests.unit.shelves import article, told, written

CHINESE = "先把手机关机，再按住侧边按钮，看到标志后松手。"
ENGLISH = "Turn the phone off, then hold the side button until you see the logo on the screen.\n"


@pytest.mark.parametrize(
    ("lang", "text", "found"), [(Language.ZH, ENGLISH, "en"), (Language.EN, CHINESE, "zh")]
)
def test_a_section_in_the_other_language_is_told_with_its_line(
    lang: Language, text: str, found: str
) -> None:
    own = CHINESE if lang is Language.ZH else ENGLISH
    body = f"{own}\n\n## 原因 Cause\n\n{own}\n\n## 预防 Prevention\n\n{text}\n\n## 更多\n\n{text}\n"

    assert told(foreign(written(body, lang))) == [
        (
            FlawKind.FOREIGN_TEXT,
            body[: body.index("## 预防")].count("\n") + 1,
            {"lang": found, "folder": f"{lang}/"},
        )
    ]


def test_the_language_is_called_by_its_name() -> None:
    (finding,) = foreign(written(f"## 原因\n\n{ENGLISH}"))

    said = "this is in English, but stands in the folder zh/: translate it"
    assert finding.message == said


def test_of_two_headings_alike_the_line_is_that_of_the_one_that_is_meant() -> None:
    body = f"# 标题\n\n## 说明\n\n{CHINESE}\n\n## 说明\n\n{ENGLISH}\n## {'长' * 250}\n"

    assert [line for _, line, _ in told(foreign(written(body)))] == [7]


def test_a_heading_too_long_for_a_path_has_a_line_too() -> None:
    body = f"# 标题\n\n{CHINESE}\n\n## {ENGLISH.strip() * 3}\n"

    assert [line for _, line, _ in told(foreign(written(body)))] == [5]


@pytest.mark.parametrize("sign", ["“", '"', "「"])
def test_quotation_marks_that_never_end_hide_nothing(sign: str) -> None:
    body = f"# 标题\n\n## 原因\n\n{sign * 2001}{ENGLISH}"

    assert [line for _, line, _ in told(foreign(written(body)))] == [3]


@pytest.mark.parametrize(
    ("lang", "title", "summary"),
    [(Language.ZH, "The phone does not start", ENGLISH), (Language.EN, "手机开不了机", CHINESE)],
)
def test_a_summary_in_the_other_language_is_told(lang: Language, title: str, summary: str) -> None:
    head = f"---\ntitle: {title}\nsummary: {summary.strip()}\n---\n"

    assert [line for _, line, _ in told(foreign(written(head, lang)))] == [None]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            Language.ZH,
            "提示 “The iPhone could not be restored because an unknown error occurred”。",
        ),
        (Language.ZH, "打开 iTunes、Apple TV 或 Apple Music。"),
        (Language.ZH, "```\nsudo rm -rf /tmp/a /tmp/b /tmp/c /tmp/d /tmp/e /tmp/f /tmp/g\n```"),
        (Language.EN, 'The message "无法验证服务器身份，请稍后再试一次" appears on some phones.'),
        (Language.EN, "Choose 简体中文."),
    ],
)
def test_names_messages_and_code_may_be_in_any_language(lang: Language, text: str) -> None:
    assert told(foreign(written(f"{text}\n", lang))) == []


def test_outside_the_language_folders_any_language_may_stand() -> None:
    source = f"# 开不了机\n\n{CHINESE * 9}\n\n## More\n\n{ENGLISH}"

    assert article(source, "docs/a.md").lang is Language.ZH
    assert told(foreign(written(source, path="docs/a.md"))) == []
