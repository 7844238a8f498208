from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ingest.lint import lint
from kb import taxonomy, vocabulary
from kb.domain import Language
from kb.errors import BadArticle
from kb.findings import Check, Finding, Severity
from kb.flaws import Flaw, FlawKind
from kb.library import SourceFile
from kb.wiring import TAXONOMY, VOCABULARY
from search_api.views import writer as views
from search_api.wording import words
from tests.unit.test_findings import NOON

HEAD = (
    "---\ntitle: {title}\nconfidence: validated\nsummary: 一句话\ntopic: software.update\n"
    "symptoms: [{title}黑屏, {title}卡住, {title}闪退]\n---\n"
)
STEPS = "## 解决方法\n\n1. 重启。\n"
LINES_ABOVE = HEAD.count("\n")


def found(root: Path, texts: dict[str, str | bytes]) -> list[Finding]:
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return lint(root, vocabulary.load(VOCABULARY), taxonomy.load(TAXONOMY))


def to_mend(root: Path, texts: dict[str, str | bytes]) -> list[Finding]:
    return [each for each in found(root, texts) if each.severity is not Severity.NOTE]


def article(body: str, title: str = "标题") -> str:
    return HEAD.format(title=title) + STEPS + body


SHELF: dict[str, str | bytes] = {
    "zh/desk/打印机.md": article("\n## 还是不行\n\n送修。\n", "打印机"),
    "en/wifi.md": article("\n## Still failing\n\nAsk.\n", "Wi-Fi").replace(
        "symptoms", "aliases: [wlan]\nsymptoms"
    ),
}


@pytest.mark.parametrize(
    "link",
    [
        "desk/打印机.md",
        "desk/%E6%89%93%E5%8D%B0%E6%9C%BA",
        "./desk/打印机.MD#还是不行",
        "desk/打印机.md#step-1",
        "../en/wifi.md#still-failing",
        "/articles/en/wlan",
        "/articles/en/wlan?lang=zh#still-failing",
        "broken.md",
        "#解决方法",
        "#step-1",
        "#:~:text=重启",
        "",
        "/",
        "/?q=4013",
        "https://example.org/nowhere.md#x",
        "//example.org/x",
        "mailto:a@example.org",
        "tel:10086",
    ],
)
def test_a_link_that_leads_somewhere_is_no_finding(tmp_path: Path, link: str) -> None:
    texts: dict[str, str | bytes] = {
        **SHELF,
        "zh/a.md": article(f"[看这里](<{link}>)\n"),
        "zh/broken.md": b"\xff\x00\x01",
    }

    assert [each.path for each in to_mend(tmp_path, texts)] == ["zh/broken.md"]


@pytest.mark.parametrize(
    ("link", "kind", "meant"),
    [
        ("desk/打印机2.md", FlawKind.DEAD_LINK, "zh/desk/打印机"),
        ("打印机.md", FlawKind.DEAD_LINK, ""),
        ("wifi.md", FlawKind.DEAD_LINK, ""),
        ("/articles/en/wlam", FlawKind.DEAD_LINK, "en/wlan"),
        ("../../wifi.md", FlawKind.DEAD_LINK, "en/wifi"),
        ("desk/manual.pdf", FlawKind.DEAD_LINK, ""),
        ("../en/wifi.md#still-failng", FlawKind.DEAD_ANCHOR, "still-failing"),
        ("desk/打印机.md#step-9", FlawKind.DEAD_ANCHOR, "step-1"),
        ("#下一步", FlawKind.DEAD_ANCHOR, ""),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_its_line(
    tmp_path: Path, link: str, kind: FlawKind, meant: str
) -> None:
    body = f"\n先重启，再\n看 [这里]({link})，\n\n| 步骤 |\n|---|\n| [一样]({link}) |\n"

    first, second = to_mend(tmp_path, {**SHELF, "zh/a.md": article(body)})

    start = LINES_ABOVE + STEPS.count("\n")
    assert [(each.path, each.line) for each in (first, second)] == [
        ("zh/a.md", start + 3),
        ("zh/a.md", start + 7),
    ]
    assert first.severity is Severity.WARNING
    assert (first.flaw.kind, first.flaw.values) == (kind, {"found": link, "meant": meant})
    assert repr(link) in first.message


def test_a_link_in_internal_text_is_looked_at_too(tmp_path: Path) -> None:
    body = "\n::: internal\n\n## 仅供内部\n\n[x](#internal.仅供内部) [y](gone.md)\n\n:::\n"

    assert [each.flaw.values["found"] for each in found(tmp_path, {"zh/a.md": article(body)})] == [
        "gone.md"
    ]


def ours(line: str) -> str:
    return f"---\ntitle: a\nconfidence: validated\n{line}\n---\n{STEPS}"


FLAWED: dict[FlawKind, str | bytes] = {
    FlawKind.TOO_LARGE: b"#" * 10_000_001,
    FlawKind.NOT_TEXT: b"\xff\x00\x01",
    FlawKind.DAMAGED_TEXT: "屏幕黑了".encode() * 9 + b"\xe5\xb1\n",
    FlawKind.BAD_YAML: ours("owner: [a"),
    FlawKind.YAML_ALIAS: ours("owner: *desk"),
    FlawKind.YAML_TAG: ours("owner: !new a"),
    FlawKind.YAML_KEY: ours("owner: {{name}}"),
    FlawKind.SECOND_DOCUMENT: ours("--- a"),
    FlawKind.NO_KEYS: '---\n"a\nb: c"\n---\n',
    FlawKind.REPEATED_KEY: ours("confidence: wip"),
    FlawKind.UNKNOWN_KEY: ours("sumary: a"),
    FlawKind.UNKNOWN_VALUE: ours("audience: staff"),
    FlawKind.BAD_VALUE: ours("owner: [a, b]"),
    FlawKind.BAD_ID: ours("related: [../x]"),
    FlawKind.BAD_ENVIRONMENT: ours("environment: windows"),
    FlawKind.BAD_DATE: ours("verified: soon"),
    FlawKind.LONG_SUMMARY: ours(f"summary: {'长' * 301}"),
    FlawKind.UNSURE_HIDING: "---\ntitle: a\naudiense: internal\n---\n",
    FlawKind.UNSURE_BLOCK: "# a\n\n::: interal\n\nx\n\n:::\n",
    FlawKind.TOO_MUCH: "|" * 300_001,
    FlawKind.TOO_DEEP: ">" * 50 + "a\n",
    FlawKind.OPEN_TAGS: "<b>" * 501 + "a\n",
    FlawKind.UNKNOWN_TOPIC: ours("topic: softwear.update"),
    FlawKind.UNKNOWN_PRODUCT: ours("products: [fone]"),
    FlawKind.UNKNOWN_SYSTEM: ours("environment: {ioz: any}"),
    FlawKind.UNKNOWN_HOST: ours("environment: {host: [widnows]}"),
    FlawKind.UNKNOWN_APP: ours("environment: {app: [itunez]}"),
    FlawKind.UNKNOWN_RELATED: ours("related: [gone]"),
    FlawKind.DEAD_LINK: ours("") + "\n[x](gone.md)\n",
    FlawKind.DEAD_ANCHOR: ours("") + "\n[x](#gone)\n",
    FlawKind.HIDDEN_LINK: ours("") + "\n[x](#internal.a)\n\n::: internal\n## a\n:::\n",
    FlawKind.NO_TOPIC: ours(""),
    FlawKind.FEW_SYMPTOMS: ours("symptoms: [黑屏, 卡住]"),
    FlawKind.MISSPELT_HEADING: ours("") + "\n## 仍为解决\n",
    FlawKind.NO_SUMMARY: ours(""),
    FlawKind.NO_SYMPTOMS: ours(""),
    FlawKind.NO_RESOLUTION: ours("").replace("解决方法", "其他"),
    FlawKind.NO_STEPS: ours("").replace("1. 重启。", "- 重启。"),
    FlawKind.EMPTY_STEP: ours("") + "2.\n",
    FlawKind.LONG_STEP: ours("") + "2. " + "重启一次。" * 50,
    FlawKind.LONG_NOTE: ours("") + "2. a\n\n   ::: internal\n   " + "问型号。" * 60 + "\n   :::\n",
    FlawKind.LONG_SENTENCE: ours("") + "2. " + "先重启，" * 40,
    FlawKind.FOREIGN_TEXT: ours("") + "\n## 预防\n\n" + "Keep the phone dry. " * 4,
    FlawKind.PERSONAL_DATA: ours("owner: 13812345678"),
}
BARE = {FlawKind.LINK_LOST, FlawKind.LINK_OUTSIDE, FlawKind.BAD_NAME, FlawKind.TAKEN_NAME}
"""Flaws that no text alone can have."""
BETWEEN = {
    FlawKind.HIDDEN_RELATED,
    FlawKind.NEAR_DUPLICATE,
    FlawKind.SHARED_SYMPTOM,
    FlawKind.NO_TRANSLATION,
    FlawKind.STEPS_DIFFER,
    FlawKind.TRANSLATION_DIFFERS,
}
"""Flaws of two articles beside each other."""


@pytest.mark.parametrize("kind", FLAWED, ids=str)
def test_every_finding_is_told_in_the_readers_language(tmp_path: Path, kind: FlawKind) -> None:
    (finding,) = (
        each for each in found(tmp_path, {"zh/a.md": FLAWED[kind]}) if each.flaw.kind is kind
    )

    assert_told(finding)


def assert_told(finding: Finding) -> None:
    """In each language in other words, with every fact where it should stand."""
    check = Check("articles", NOON, (finding,))
    told = [flaw.text for lang in Language for flaw in views.flaws(check, words(lang))]

    assert len({finding.message, *told}) == 1 + len(Language)
    (english,) = views.flaws(check, words(Language.EN))
    assert not [each for each in facts(english.text) if each not in plain(finding.message)]
    assert not [text for text in told if any(blank in text for blank in BLANKS)]


def test_flaws_between_articles_are_told_in_the_readers_language(tmp_path: Path) -> None:
    long = "".join(map(chr, range(0x4E00, 0x4E60)))
    texts: dict[str, str | bytes] = {
        "zh/a.md": article(long).replace("---\n", "---\nrelated: [c]\n", 1),
        "zh/c.md": "---\ntitle: c\nconfidence: wip\n---\n",
        "zh/b.md": article(long),
        "en/a.md": "---\ntitle: a\nboundary: repair\n---\n## Resolution\n\n1. x\n2. y\n",
    }

    between = [each for each in found(tmp_path, texts) if each.flaw.kind in BETWEEN]

    assert {each.flaw.kind for each in between} == BETWEEN
    for each in between:
        if each.severity is not Severity.NOTE:
            assert_told(each)
    notes = [each.path for each in between if each.severity is Severity.NOTE]
    assert notes == ["zh/b.md", "zh/c.md"]


@pytest.mark.parametrize(
    "hidden", ["audience: internal", "confidence: wip", "confidence: archived"]
)
@pytest.mark.parametrize("lang", list(Language))
def test_a_link_to_what_its_readers_may_not_see_is_told(
    tmp_path: Path, hidden: str, lang: Language
) -> None:
    secret = article("").replace("confidence: validated", hidden)
    texts: dict[str, str | bytes] = {
        f"{lang}/a.md": article("\n[x](b.md)\n\n::: internal\n[x](b.md)\n:::\n"),
        f"{lang}/b.md": secret,
        f"{lang}/c.md": secret + "\n[x](b.md)\n",
    }

    told = [
        (each.path, each.line)
        for each in found(tmp_path, texts)
        if each.flaw.kind is FlawKind.HIDDEN_LINK
    ]

    line = LINES_ABOVE + STEPS.count("\n")
    staff = [(f"{lang}/a.md", line + 5)] if "archived" in hidden else []
    assert told == [(f"{lang}/a.md", line + 2), *staff]


def test_a_related_solution_that_is_public_in_one_language_is_seen(tmp_path: Path) -> None:
    hidden = article("").replace("validated", "wip")
    texts: dict[str, str | bytes] = {
        "zh/a.md": article("").replace("---\n", "---\nrelated: [b, c]\n", 1),
        "zh/b.md": hidden,
        "en/b.md": article(""),
        "zh/c.md": hidden,
    }

    told = [
        each.flaw.values
        for each in found(tmp_path, texts)
        if each.flaw.kind is FlawKind.HIDDEN_RELATED
    ]

    assert told == [{"found": "c"}]


@pytest.mark.parametrize(("audience", "resolved"), [("public", False), ("internal", True)])
def test_a_resolution_for_agents_alone_is_none_for_readers(
    tmp_path: Path, audience: str, *, resolved: bool
) -> None:
    head = HEAD.format(title="标题").replace("---\n", f"---\naudience: {audience}\n", 1)

    kinds = {
        each.flaw.kind for each in found(tmp_path, {"zh/a.md": f"{head}::: internal\n{STEPS}:::\n"})
    }

    assert (FlawKind.NO_RESOLUTION not in kinds) is resolved


def test_what_lacks_a_fact_is_told_as_the_check_said_it() -> None:
    lacking = Finding("zh/a.md", 3, Severity.WARNING, "no article 'x'", Flaw(FlawKind.DEAD_LINK))
    unnamed = Finding("zh/a.md", 3, Severity.ERROR, "line 3 is odd")
    check = Check("articles", NOON, (unnamed, lacking))

    assert [each.text for each in views.flaws(check, words(Language.ZH))] == [
        "line 3 is odd",
        "no article 'x'",
    ]


def facts(text: str) -> list[str]:
    """What a writer finds or writes so: what is quoted, numbers, examples of keys and paths."""
    examples = re.findall(r"“.+?”|\S*(?:\d|[:/{]\S)\S*", text)
    return [plain(each).strip("“”(),.;") for each in examples]


def plain(text: str) -> str:
    """A text without the quotation marks of the command line and of YAML."""
    return re.sub("['\"]", "", text)


BLANKS = ("“”", "()", "（）", "  ", " .", "：。")
"""Places where a fact should stand and does not."""


def test_files_that_are_out_of_place_are_told_by_kind(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside.md", tmp_path / "articles"
    outside.write_text("# a\n", "utf-8")
    (root / "zh").mkdir(parents=True)
    (root / "zh/lost.md").symlink_to(root / "zh/gone.md")
    (root / "zh/away.md").symlink_to(outside)
    (root / "zh" / os.fsdecode(b"\xc4\xe3.md")).write_text("# 你\n", "gb18030")
    texts: dict[str, str | bytes] = {"zh/a.md": "# a\n", "zh/b.md": "---\nid: a\n---\n# b\n"}

    errors = [each for each in found(root, texts) if each.severity == "error"]

    assert {each.path: each.flaw.kind for each in errors} == {
        "zh/away.md": FlawKind.LINK_OUTSIDE,
        "zh/b.md": FlawKind.TAKEN_NAME,
        "zh/lost.md": FlawKind.LINK_LOST,
        "zh/\ufffd\ufffd.md": FlawKind.BAD_NAME,
    }
    assert {each.flaw.kind for each in errors} == BARE
    for each in errors:
        assert_told(each)


def test_a_file_that_the_system_does_not_hand_over_is_told_with_its_reason() -> None:
    broken = SourceFile("zh/a.md", 0, Path("/proc/self/mem"))

    with pytest.raises(BadArticle, match="cannot be read: ") as refused:
        broken.read()

    flaw = refused.value.flaw
    assert flaw == Flaw(FlawKind.NOT_READ, {"reason": "Input/output error"})
    assert_told(Finding("zh/a.md", None, Severity.ERROR, refused.value.reason, flaw))


def test_no_kind_of_flaw_is_left_out_of_these_tests() -> None:
    assert {*FLAWED, *BARE, *BETWEEN, FlawKind.NOT_READ, FlawKind.OTHER} == set(FlawKind)
