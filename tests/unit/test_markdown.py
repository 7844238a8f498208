"""Markdown to articles, safe HTML and visible source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.domain import Article, Audience, Block, BlockKind, Language, Section, SectionKind
from kb.errors import BadArticle
from kb.markdown import article, headings, html, titled, visible

CASES = Path(__file__).parent.parent / "cases"
PUBLIC = frozenset({Audience.PUBLIC})
STAFF = frozenset(Audience)
TITLE = "标题"
TEXT, ITEM, STEP, ROW, CODE = (
    BlockKind.TEXT,
    BlockKind.ITEM,
    BlockKind.STEP,
    BlockKind.ROW,
    BlockKind.CODE,
)


@dataclass(frozen=True)
class Case:
    """One case of ``cases/hidden_blocks.md``."""

    name: str
    body: str
    public: tuple[str, ...]
    secret: tuple[str, ...]
    refused: int


def hidden_cases() -> list[Case]:
    source = (CASES / "hidden_blocks.md").read_text(encoding="utf-8")
    found = re.findall(
        r"^## ([^\n]+)\n\n~~~~\n(.*?)~~~~\n\n((?:\w+: [^\n]+\n)+)", source, re.M | re.S
    )
    cases = []
    for name, body, ends in found:
        facts = dict(line.split(": ", 1) for line in ends.splitlines())
        public, secret = (
            tuple(filter(None, facts.get(key, "").split(" · "))) for key in ("public", "secret")
        )
        cases.append(Case(name, body, public, secret, int(facts.get("refused", 0))))
    return cases


def read(body: str, path: str = "zh/a.md") -> Article:
    return article(body, path=path)


def texts(found: Article, audience: Audience) -> str:
    """Everything of an article that is marked for one audience, headings of its blocks included."""
    return "\n".join(
        "\n".join((*section.heading, block.text))
        for section in found.sections
        for block in section.blocks
        if block.audience is audience
    )


@pytest.mark.parametrize(
    "case", [case for case in hidden_cases() if not case.refused], ids=lambda case: case.name
)
def test_hidden_blocks_are_seen_by_staff_only_in_every_form(case: Case) -> None:
    found = read(case.body)
    forms = (
        html(case.body, TITLE, audiences=PUBLIC),
        visible(case.body, PUBLIC),
        texts(found, Audience.PUBLIC),
    )

    for form in forms:
        assert [text for text in case.secret if text in form] == []
    for form in (
        *forms[:2],
        "\n".join((*(s for x in found.sections for s in x.heading), forms[2])),
    ):
        assert [text for text in case.public if text not in form] == []
    staff = html(case.body, TITLE, audiences=STAFF)
    assert [text for text in (*case.public, *case.secret) if text not in staff] == []
    assert visible(case.body, STAFF) == case.body


@pytest.mark.parametrize(
    "case", [case for case in hidden_cases() if case.refused], ids=lambda case: case.name
)
def test_what_may_have_been_meant_to_hide_is_refused(case: Case) -> None:
    with pytest.raises(BadArticle) as caught:
        read(f"---\nowner: a\n---\n{case.body}")

    assert caught.value.line == case.refused + 3
    assert "internal" in caught.value.reason
    with pytest.raises(BadArticle):
        html(case.body, TITLE, audiences=PUBLIC)


def heading_rows() -> list[tuple[str, str]]:
    source = (CASES / "headings.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (.+) \| ([a-z-]+) \|$", source, re.M)[1:]


@pytest.mark.parametrize(("heading", "section"), heading_rows())
def test_a_heading_tells_what_its_section_is_for(heading: str, section: str) -> None:
    found = headings.kind(heading)

    assert (found.value if found else "-") == section


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("---\ntitle: 头\n---\n# 一\n", "zh/a.md", "头"),
        ("preamble\n\n## Two\n\n# One\n", "en/a.md", "Two"),
        ("一\n=\n", "zh/a.md", "一"),
        ("text only\n", "en/deep/update error.md", "update error"),
        ("::: internal\n# 机密\n:::\n# 公开\n", "zh/a.md", "公开"),
        ("# " + "长" * 300, "zh/a.md", "长" * 199 + "…"),
        ("#\n\ntext\n", "en/a.md", "a"),
    ],
)
def test_the_title_is_stated_or_the_first_heading_or_the_name(
    body: str, path: str, expected: str
) -> None:
    assert read(body, path).title == expected


@pytest.mark.parametrize(
    ("path", "front", "solution", "lang"),
    [
        ("zh/update-error-4013.md", "", "update-error-4013", Language.ZH),
        ("en/desktop/itunes-sync.markdown", "", "desktop/itunes-sync", Language.EN),
        ("zh/cafe\u0301.md", "", "caf\u00e9", Language.ZH),
        ("zh/错误 4013.v2.md", "", "错误 4013.v2", Language.ZH),
        ("zh/a.md", "id: b/c", "b/c", Language.ZH),
        ("other/zh/a.md", "", "other/zh/a", Language.EN),
        ("zh.md", "", "zh", Language.EN),
    ],
)
def test_the_path_names_solution_and_language(
    path: str, front: str, solution: str, lang: Language
) -> None:
    found = read(f"---\n{front}\n---\nPlain English words\n", path)

    assert (found.solution, found.lang, found.id) == (solution, lang, f"{lang}/{solution}")
    assert found.path == path


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("# 手机无法连接 Wi-Fi\n\n请重启 iPhone 15 Pro。", Language.ZH),
        ("# Phone fails\n\nRestart 它.", Language.EN),
    ],
)
def test_without_a_folder_the_text_tells_the_language(body: str, lang: Language) -> None:
    assert read(body, "a.md").lang is lang


def test_sections_have_paths_kinds_anchors_and_blocks() -> None:
    body = """---
title: 手机更新失败
---
# 手机更新失败
前言**一**。
## 症状：
- 报错 `4013`
- 黑屏
  - 有声音
## 解决方法
先备份。
1. 重启。
   ```sh
   reboot
   ```
2. 更新
### 方法二
1. 重装
## Step 1
| 码 | 义 |
|----|----|
| 9  | 断 |
"""

    assert read(body).sections == (
        Section(SectionKind.OTHER, ("手机更新失败",), "", (Block(TEXT, "前言一。"),)),
        Section(
            SectionKind.SYMPTOM,
            ("手机更新失败", "症状："),
            "症状",
            (Block(ITEM, "报错 4013"), Block(ITEM, "黑屏\n- 有声音")),
        ),
        Section(
            SectionKind.RESOLUTION,
            ("手机更新失败", "解决方法"),
            "解决方法",
            (
                Block(TEXT, "先备份。"),
                Block(STEP, "重启。\nreboot", anchor="step-1"),
                Block(STEP, "更新", anchor="step-2"),
            ),
        ),
        Section(
            SectionKind.RESOLUTION,
            ("手机更新失败", "解决方法", "方法二"),
            "方法二",
            (Block(STEP, "重装", anchor="step-3"),),
        ),
        Section(
            SectionKind.OTHER,
            ("手机更新失败", "Step 1"),
            "section-step-1",
            (Block(ROW, "9 | 断", header="码 | 义"),),
        ),
    )


def test_a_step_with_a_hidden_part_is_two_blocks_of_one_anchor() -> None:
    found = read(
        "## Resolution\n1. Restart.\n\n   ::: internal\n   Reset the account.\n   :::\n", "en/a.md"
    )

    assert found.sections[0].blocks == (
        Block(STEP, "Restart.", anchor="step-1"),
        Block(STEP, "Reset the account.", Audience.INTERNAL, anchor="step-1"),
    )


def test_after_a_hidden_heading_the_section_before_goes_on() -> None:
    found = read("# T\n## 原因\n一\n::: internal\n## 密\n二\n:::\n三\n")

    assert [
        (section.heading, [block.text for block in section.blocks]) for section in found.sections
    ] == [
        (("T", "原因"), ["一", "三"]),
        (("T", "密"), ["二"]),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a [link](x.md) *b* `c` &amp; <i>d</i><!-- e -->", "a link b c & d"),
        ("![a *picture*](x.png)", "a picture"),
        ("中文\n换行", "中文换行"),
        ("two\nlines", "two lines"),
        ("hard  \nbreak<br>here", "hard\nbreak\nhere"),
        ("a<script>x()</script>b", "ab"),
        ("> [!NOTE]\n> 注意", "注意"),
        ('>[!div class="x"]\n> text', "text"),
        ("> quoted", "quoted"),
        ("<div>html &lt;</div>", "html <"),
        ("    code\n      more", "code\n  more"),
        ("```\ncode\n```", "code"),
        ("~~old~~", "old"),
    ],
)
def test_blocks_are_plain_text(body: str, expected: str) -> None:
    (section,) = read(body).sections

    assert [block.text for block in section.blocks] == [expected]


def test_the_anchors_of_the_html_are_those_of_the_sections() -> None:
    body = "# 一\n## a b\n## A  B\n## 解决\n1. x\n2. y\n\n```\n1. no\n```\n1. z\n## ???\n"

    found = read(f"---\ntitle: 题\n---\n{body}")

    ids = re.findall(r'<(\w+) id="([^"]*)"', html(body, found.title, audiences=PUBLIC))
    anchors = [section.anchor for section in found.sections]
    assert (
        [id_ for tag, id_ in ids if tag != "li"]
        == anchors
        == ["一", "a-b", "a-b-2", "解决", "section"]
    )
    assert [id_ for tag, id_ in ids if tag == "li"] == ["step-1", "step-2", "step-3"]


@pytest.mark.parametrize(
    ("body", "anchors"),
    [
        ("## 解决方法\n1. 一\n2. ::: internal\n   密\n   :::\n3. 三\n", ["step-1", "step-2"]),
        ("## Fix\n::: internal\n1. ask\n:::\n1. restart\n", ["step-1"]),
        ("::: internal\n## a\n## b\n:::\n## a\n## b\n### a\n", ["a", "b", "a-2"]),
        ("## 解决方法\n1. 一\n\n   ::: internal\n   密\n   :::\n2. 二\n", ["step-1", "step-2"]),
    ],
)
def test_hidden_parts_leave_no_trace_in_the_anchors_of_the_others(
    body: str, anchors: list[str]
) -> None:
    sections = read(f"---\ntitle: {TITLE}\n---\n{body}").sections

    found = re.findall(r'id="([^"]*)"', html(body, TITLE, audiences=PUBLIC))
    seen = html(visible(body, PUBLIC), TITLE, audiences=PUBLIC)
    assert [id_ for id_ in found if id_ not in {"解决方法", "fix"}] == anchors
    assert found == re.findall(r'id="([^"]*)"', seen)
    shown = [s.anchor for s in sections] + [b.anchor for s in sections for b in s.blocks]
    assert set(found) <= set(shown)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("# 更新失败\n\n前言。\n", "<p>前言。</p>\n"),
        ("更新失败\n====\n\n前言。\n", "<p>前言。</p>\n"),
        ("前言。\n\n## *更新*失败 #\n", "<p>前言。</p>\n"),
        ("# 更新失败\n# 更新失败\n", '<h1 id="更新失败-2">更新失败</h1>\n'),
        ("::: internal\n# 密\n:::\n# 更新失败\n# 密\n", '<h1 id="密">密</h1>\n'),
    ],
)
def test_the_heading_that_is_the_title_is_left_to_the_page(body: str, kept: str) -> None:
    found = read(body)

    assert found.title == "更新失败"
    assert titled(body, found.title)
    assert html(body, found.title, audiences=PUBLIC) == kept
    assert {section.anchor for section in found.sections} <= {"", "更新失败-2", "密", "internal.密"}


@pytest.mark.parametrize(
    ("body", "headings"),
    [
        ("## Step one\n# Update fails\n", 2),
        ("text\n", 0),
        ("> # Update fails\n", 1),
        ("# Update fails now\n", 1),
        ("::: internal\n# Update fails\n:::\n# Other\n", 1),
    ],
)
def test_a_first_heading_that_is_not_the_title_stays(body: str, headings: int) -> None:
    assert not titled(body, "Update fails")
    assert html(body, "Update fails", audiences=PUBLIC).count("<h") == headings


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        ("![重启 *按钮*](img/a.png)", "<p>重启 按钮</p>"),
        ("![the port](/static/a.png)", "<p>the port</p>"),
        ("![the port](//x.example/a.png)", "<p>the port</p>"),
        ("![the port](http://x.example/a.png)", "<p>the port</p>"),
        ("![](a.png)", "<p></p>"),
        ("![a ![b](c.png)](d.png)", "<p>a b</p>"),
        (
            "![端口](HTTPS://x.example/a.png)",
            '<p><img src="HTTPS://x.example/a.png" alt="端口"></p>',
        ),
    ],
)
def test_a_picture_that_cannot_be_shown_leaves_its_words(picture: str, shown: str) -> None:
    assert html(picture, TITLE, audiences=PUBLIC).strip() == shown


def test_html_shows_alerts_tables_and_code() -> None:
    body = "> [!Warning]\n> 小心\n\n| a |\n|:-:|\n| b |\n\n```c++\nx < y\n```\n"

    found = html(body, TITLE, audiences=PUBLIC)

    assert '<aside class="warning">' in found
    assert '<td align="center">b</td>' in found
    assert '<code class="language-c++">x &lt; y' in found


def test_a_writers_ids_and_scripts_do_not_reach_the_page() -> None:
    body = '<h2 id="step-1" onclick="x()">a</h2>\n\n<script>x()</script>\n\n[b](javascript:x())\n'

    found = html(body, TITLE, audiences=STAFF)

    assert not re.search(r"step-1|onclick|<script|href", found)


def test_links_to_other_articles_lead_to_their_pages() -> None:
    assert 'href="../b#step-2"' in html("[b](../b.md#step-2)", TITLE, audiences=PUBLIC)
    assert 'rel="noopener nofollow noreferrer"' in html(
        "<https://x.example>", TITLE, audiences=PUBLIC
    )


def test_hidden_lines_leave_one_blank_line_in_the_source() -> None:
    assert visible("一\n::: internal\n密\n:::\n二\n", PUBLIC) == "一\n\n二\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (">" * 100, "deeper than 40"),
        ("\n".join("  " * depth + "- a" for depth in range(40)), "deeper than 40"),
        ("a\n\n" * 100_001, "more than 100000"),
        ("|" * 300_001, "300000 times"),
        ("[" * 300_001, "300000 times"),
        ("&" * 1_000_001, "1000000 times"),
        ("<div>" * 501, "HTML tags are open"),
        ("::: internal\n" * 41, "containers"),
    ],
    ids=["quotes", "lists", "paragraphs", "bars", "brackets", "entities", "tags", "containers"],
)
def test_what_would_take_for_ever_is_refused(body: str, says: str) -> None:
    with pytest.raises(BadArticle, match=says):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        "a" * 500_000,
        "*a **b " * 20_000,
        "手" * 200_000,
        "<!-- " * 50_000,
        "a\n" * 50_000,
        "`" * 99_999,
    ],
    ids=["word", "emphasis", "han", "comments", "lines", "ticks"],
)
def test_large_strange_texts_are_read(body: str) -> None:
    assert read(body).body == body


def test_nothing_of_a_huge_heading_is_lost() -> None:
    found = read("# 一\n## " + "word " * 100)

    assert found.sections[0].heading[1].endswith("…")
    assert found.sections[0].blocks[0].text == ("word " * 100).strip()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a <!-- x --> b\n", "a  b\n"),
        ("<!-- one\n\ntwo -->\n\n正文\n", "\n\n\n\n正文\n"),
        ("```\n<!-- code -->\n```\n", "```\n<!-- code -->\n```\n"),
        ("`<!-- a -->` <!-- b -->\n", "`<!-- a -->` \n"),
        ("> 引用 <!-- q\n> r --> s\n", "> 引用 \n s\n"),
        ("<div>\n<!-- in --> t\n</div>\n", "<div>\n t\n</div>\n"),
        ("<!-- never closed\n\nmore\n", "\n\n\n"),
        ("[//]: # (a note)\n\n正文\n", "\n\n正文\n"),
        ("```\n[//]: # (code)\n```\n", "```\n[//]: # (code)\n```\n"),
    ],
)
def test_the_public_source_holds_no_comments(body: str, expected: str) -> None:
    assert visible(body, PUBLIC) == expected
    assert visible(body, frozenset(Audience)) == body
