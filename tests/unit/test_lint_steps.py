from __future__ import annotations

import pytest

from ingest.lint.headings import headings
from ingest.lint.readability import MOST_IN_SENTENCE, MOST_IN_STEP, readability
from ingest.lint.sentences import sentences
from ingest.lint.steps import steps
from kb.domain import Language
from kb.flaws import FlawKind
from tests.unit.shelves import told, written

ZH, EN = "## 解决方法\n\n", "## Resolution\n\n"


@pytest.mark.parametrize(
    "body",
    [
        ZH + "1. 重启手机。\n2. 再试一次。\n",
        EN + "1. Restart the phone.\n2. Try again.\n",
        ZH + "重启手机。资料不会丢。\n",
        EN + "Restart the phone. Nothing is lost.\n",
        ZH + "先看型号。\n\n### 手机\n\n1. 重启。\n",
        ZH + "1. ![设置](https://example.org/a.png)\n2. ```\n   ipconfig\n   ```\n",
        "## 原因\n\n- 没电\n- 坏了\n",
    ],
)
def test_a_resolution_in_steps_or_of_one_act_is_no_finding(body: str) -> None:
    assert told(steps(written(body))) == []


@pytest.mark.parametrize(
    "body",
    [
        ZH + "先重启手机。再更新系统。最后恢复备份。\n",
        EN + "Restart the phone. Update it. Then restore the backup.\n",
        ZH + "重启手机。\n\n更新系统。\n",
        EN + "- Restart the phone.\n- Update it.\n",
        ZH,
        ZH + "::: internal\n问清型号。\n:::\n",
        ZH + "先重启。再更新。最后恢复。\n\n::: internal\n1. 问清型号。\n:::\n",
    ],
)
def test_a_resolution_without_numbered_steps_is_told_with_its_line(body: str) -> None:
    assert told(steps(written("## 原因\n\n没电。\n\n" + body))) == [(FlawKind.NO_STEPS, 5, {})]


@pytest.mark.parametrize("heading", [ZH, EN])
def test_an_empty_step_is_told_with_its_line(heading: str) -> None:
    body = heading + "1. 重启 restart。\n2. \n3. 再试 again。\n"

    where = {"where": "public", "step": "2"}
    assert told(steps(written(body))) == [(FlawKind.EMPTY_STEP, 4, where)]


def test_an_empty_step_for_agents_is_called_so() -> None:
    body = ZH + "1. 重启。\n2. 再试。\n\n::: internal\n1.\n:::\n"

    (finding,) = steps(written(body))

    assert finding.message == "internal step 1 is empty: say what to do, or remove it"
    assert finding.flaw.values == {"where": "internal", "step": "1"}


def test_an_internal_article_may_have_internal_steps() -> None:
    head = "---\naudience: internal\n---\n"

    assert told(steps(written(head + "::: internal\n" + ZH + "1. 问。\n2. 查。\n:::\n"))) == []


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("仍为解决", "仍未解决"),
        ("解决方发", "解决方法"),
        ("If it still fials", "if it still fails"),
        ("Resoluton", "resolution"),
    ],
)
def test_a_heading_that_is_nearly_a_known_one_is_told(heading: str, meant: str) -> None:
    body = f"# 标题\n\n## {heading}\n\n正文\n"

    values = {"found": heading, "meant": meant}
    assert told(headings(written(body))) == [(FlawKind.MISSPELT_HEADING, 3, values)]


@pytest.mark.parametrize(
    "body",
    [
        "## 仍未解决\n",
        "## If it still fails\n",
        "## 还需要知道的事\n",
        "## What is iCloud?\n",
        "## 解决方法\n\n### 解决方发\n",
        "::: internal\n## 仍为解决\n\n问\n:::\n",
    ],
)
def test_known_and_free_headings_are_no_finding(body: str) -> None:
    assert told(headings(written("# 标题\n\n" + body))) == []


@pytest.mark.parametrize(
    ("lang", "word", "end"), [(Language.ZH, "重", "。"), (Language.EN, "restart ", ".")]
)
def test_only_what_is_longer_than_the_limit_is_a_long_sentence(
    lang: Language, word: str, end: str
) -> None:
    most = MOST_IN_SENTENCE[lang]
    fits, long = (word * count + end for count in (most, most + 1))

    body = f"{fits} {fits}\n{fits}\n\n- {fits}\n- {fits}\n{long}\n"

    ((kind, line, values),) = told(readability(written(body, lang)))
    assert (kind, line) == (FlawKind.LONG_SENTENCE, 6)
    assert (values["count"], values["most"]) == (str(most + 1), str(most))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (Language.ZH, "打开设置；" * 20),
        (Language.EN, "Open Settings; " * 20),
        (Language.EN, "See https://example.org/" + "a-b/" * 60),
        (Language.ZH, "    打开设置，" * 60),
    ],
)
def test_semicolons_addresses_and_code_make_no_sentence_long(lang: Language, text: str) -> None:
    assert told(readability(written(f"{text}\n", lang))) == []


@pytest.mark.parametrize(
    ("lang", "heading", "word"), [(Language.ZH, ZH, "重启。"), (Language.EN, EN, "Restart it. ")]
)
def test_a_step_is_measured_with_its_branches(lang: Language, heading: str, word: str) -> None:
    half = word * (MOST_IN_STEP[lang] // 4)
    body = f"{heading}1. {half}\n   - {half}\n2. {half}\n   - {half}\n   - {half}\n"

    ((kind, line, values),) = told(readability(written(body, lang)))

    assert (kind, line, values["step"]) == (FlawKind.LONG_STEP, 5, "2")


@pytest.mark.parametrize(
    ("lang", "heading", "word", "unit"),
    [
        (Language.ZH, ZH, "重启。", "characters"),
        (Language.EN, EN, "Restart it. ", "words"),
    ],
)
def test_what_a_step_holds_for_agents_is_measured_by_itself(
    lang: Language, heading: str, word: str, unit: str
) -> None:
    fits, long = word * (MOST_IN_STEP[lang] // 3), word * (MOST_IN_STEP[lang] // 2 + 1)
    body = "{}1. {}\n\n   ::: internal\n   {}\n   :::\n"

    assert told(readability(written(body.format(heading, fits, fits), lang))) == []
    ((kind, line, values),) = told(readability(written(body.format(heading, fits, long), lang)))
    assert (kind, line, values["step"]) == (FlawKind.LONG_NOTE, 3, "1")
    assert values["unit"] == unit


def test_a_row_of_dots_is_no_sentence() -> None:
    assert [each.text for each in sentences("." * 200_000 + "x. y.")] == [
        "." * 200_000 + "x.",
        "y.",
    ]


def test_a_sentence_tells_the_line_that_it_begins_on() -> None:
    text = "先重启。\n\n再试。 Then stop!\n完了…… “好。”"

    assert [(each.line, each.text) for each in sentences(text)] == [
        (0, "先重启。"),
        (2, "再试。"),
        (2, "Then stop!"),
        (3, "完了……"),
        (3, "“好。”"),
    ]
