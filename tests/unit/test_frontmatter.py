"""An article's head."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain import Audience, Boundary, Confidence, Environment, System, Versions
from kb.errors import BadArticle
from kb.frontmatter import FrontMatter, read, split
from kb.yaml_text import YamlError, load

OURS = """---
title: 手机更新时提示错误 4013
summary: 与电脑的连接中断
topic: software.update
products: [phone, tablet]
environment: {ios: ">=12, <19", android: 18.10, mac: any, host: [macos, windows], app: itunes}
symptoms: [更新到一半报错 4013, 恢复时提示未能恢复]
error_codes: [4013, 007, 0x80070057]
audience: Internal
confidence: validated
owner: device-team
verified: 2026-10-02
boundary: third-party
related: [restore-in-recovery-mode]
# a comment is no heading
---
# 正文
"""


def front(*lines: str) -> FrontMatter:
    return read(split("\n".join(["---", *lines, "---", "# x", ""])), "zh/a.md")


def problem(*lines: str) -> BadArticle:
    with pytest.raises(BadArticle) as caught:
        front(*lines)
    return caught.value


def test_every_key_of_ours_is_read() -> None:
    head = split(OURS)

    found = read(head, "zh/a.md")

    assert head.body == "# 正文\n"
    assert found == FrontMatter(
        title="手机更新时提示错误 4013",
        summary="与电脑的连接中断",
        topic="software.update",
        products=("phone", "tablet"),
        environment={
            "ios": [">=12, <19"],
            "android": ["18.10"],
            "mac": ["any"],
            "hosts": ["macos", "windows"],
            "apps": ["itunes"],
        },
        symptoms=("更新到一半报错 4013", "恢复时提示未能恢复"),
        error_codes=("4013", "007", "0x80070057"),
        audience=Audience.INTERNAL,
        confidence=Confidence.VALIDATED,
        owner="device-team",
        verified=date(2026, 10, 2),
        boundary=Boundary.THIRD_PARTY,
        related=("restore-in-recovery-mode",),
    )


def test_an_environment_is_hosts_apps_and_systems_with_versions() -> None:
    found = front("owner: a", "environment: {ios: [17, '>=18.1'], host: windows, app: [a, b]}")

    assert found.environment == Environment(
        systems=(System("ios", (Versions(17_000_000, 18_000_000), Versions(18_001_000, 10**15))),),
        hosts=("windows",),
        apps=("a", "b"),
    )


def test_a_version_keeps_its_last_zero_without_quotes() -> None:
    found = front("owner: a", "environment: {ios: 18.10}")

    assert found.environment.systems == (System("ios", (Versions(18_010_000, 18_011_000),)),)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("audiance: internal", "did you mean 'audience'"),
        ("symptom: [a]", "did you mean 'symptoms'"),
        ("audience: intern", "choose one of internal, public; did you mean 'internal'"),
        ("confidence: valid", "choose one of archived, not-validated, validated, wip"),
        ("boundary: shop", "boundary: 'shop' is unknown"),
        ("environment: {ios: }", "ios: a value is missing"),
        ("environment: {ios: ''}", "ios: a value is missing"),
        ("environment: {ios: []}", "ios: a value is missing"),
        ("environment: {ios: '~18'}", "ios: '~18' is no version"),
        ("environment: [ios]", "write keys and ranges"),
        ("verified: 2026-13-45", "verified: "),
        ("verified: soon", "verified: "),
        ("symptoms: [a, ]\nerror_codes: [{a: b}]", "error_codes: "),
        ("symptoms: ['']", "symptoms: "),
        ("id: ../etc/passwd", "id: write a path"),
        ("id: /root", "id: write a path"),
        ("id: a//b", "id: write a path"),
        ("aliases: ['a\\b']", "aliases: write a path"),
        ("summary: [a, b]", "summary: "),
        (f"summary: {'长' * 301}", "summary: write at most 300 characters, not 301"),
        ("owner: twice", "the key 'owner' is given twice"),
        ("topic: {a: b}", "topic: "),
    ],
)
def test_a_slip_in_ours_names_file_line_key_and_what_would_work(line: str, says: str) -> None:
    found = problem("title: 手机", "owner: a", *line.split("\n"))

    assert found.path == "zh/a.md"
    assert found.line == 3 + len(line.split("\n"))
    assert says in found.reason


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a: b: c", "mapping values"),
        ("a: [1", "expected"),
        ("a: &x [*x]", "alias"),
        ("a: !!python/object:os.system ls", "tag"),
        ("[a]: b", "key"),
        ("a: " + "[" * 100_000, "deeper"),
    ],
)
def test_broken_yaml_is_reported_with_its_line(line: str, says: str) -> None:
    found = problem("title: 手机", line)

    assert says in found.reason
    assert found.line in {3, 4}


def test_of_other_peoples_keys_only_the_safe_ones_are_used() -> None:
    found = front(
        "title: 2024",
        "description: Fixes an issue.",
        "ms.topic: conceptual",
        "ms.audience: itpro",
        "audience: ITPro",
        "topic: anything",
        "products: {a: b}",
        "related: ../../x",
        "id: ../x",
        "aliases: [old/name, ../x]",
        "ms.custom: a",
        "ms.custom: b",
    )

    assert found == FrontMatter(
        title="2024", summary="Fixes an issue.", aliases=("old/name",), audience=Audience.PUBLIC
    )


@pytest.mark.parametrize("key", ["summary", "description"])
def test_a_summary_of_other_people_is_cut_and_one_of_ours_may_be_as_long(key: str) -> None:
    foreign = front("title: a", f"{key}: {'long  ' * 50_000}")
    ours = front("owner: a", f"summary: {'长' * 300}")

    assert (len(foreign.summary), foreign.summary[:10]) == (300, "long long ")
    assert foreign.summary.endswith("…")
    assert ours.summary == "长" * 300


@pytest.mark.parametrize("word", ["internal", "Internal", "' INTERNAL '"])
def test_other_peoples_internal_texts_are_internal(word: str) -> None:
    assert front("title: a", f"audience: {word}").audience is Audience.INTERNAL


@pytest.mark.parametrize(
    "line",
    [
        "audience: interal",
        "audience: [internal]",
        "audience: internal-only",
        "audience: 内部",
        "Audience: internal",
        "audiance: internal",
        "ms.audience: internal",
        "confidense: archived",
        "Confidence: wip",
        "audience: internal\naudience: public",
    ],
)
def test_a_slip_never_publishes_what_was_meant_to_be_hidden(line: str) -> None:
    assert "hide" in problem("title: a", *line.split("\n")).reason


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule above.\n\n---\n\nA rule below.\n",
        "---\nno end: of it\n\ntext\n",
        "# title\n\n---\ntitle: later\n---\n",
        "",
    ],
)
def test_a_horizontal_rule_is_no_front_matter(text: str) -> None:
    assert split(text).body == text


@pytest.mark.parametrize(
    "before", ["", "\n\n", "<!-- 说明\n---\n -->\n", " \n<!-- a --><!-- b -->\n"]
)
@pytest.mark.parametrize("end", ["---", "...", "--- "])
def test_front_matter_may_follow_blank_lines_and_comments(before: str, end: str) -> None:
    head = split(f"{before}---\ntitle: 手机\n{end}\n正文\n")

    assert read(head, "a.md").title == "手机"
    assert head.body == "正文\n"
    assert head.first_line == before.count("\n") + 2
    assert head.body_line == before.count("\n") + 4


def test_empty_front_matter_is_all_defaults() -> None:
    assert read(split("---\n---\n正文\n"), "a.md") == FrontMatter()


def test_front_matter_that_is_one_text_is_reported() -> None:
    assert "keys and values" in problem('"a', 'b: c"').reason


def test_yaml_scalars_stay_as_written_and_know_their_lines() -> None:
    loaded = load("a: 18.10\nb:\n  - no\n  - 007\nc: ~\nd: 'null'\n", first_line=2)

    assert loaded.value == {"a": "18.10", "b": ["no", "007"], "c": None, "d": "null"}
    assert loaded.line("b", 1) == 5
    assert loaded.line("b", 7, "x") == 3
    assert loaded.line() == 2


def test_a_repeated_yaml_key_is_told_with_what_it_replaced() -> None:
    loaded = load("a: 1\na: 2\n")

    assert loaded.value == {"a": "2"}
    assert [(each.path, each.line, each.earlier) for each in loaded.repeats] == [(("a",), 2, "1")]


@pytest.mark.parametrize("text", ["a: \ud800", "\x01", "a: b\n--- \nc: d\n"])
def test_what_is_no_single_yaml_document_is_an_error(text: str) -> None:
    with pytest.raises(YamlError, match=r"^line \d+: "):
        load(text)
