"""What holds for the chunks of any Markdown."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.chunking import chunks, passage
from kb.domain import Audience, BlockKind, Chunk
from kb.errors import BadArticle
from kb.markdown import article, html, visible

PUBLIC = frozenset({Audience.PUBLIC})
MAX_TOKENS = 160
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s]")

sentences = st.one_of(
    st.text("更新失败后请重启手机再试一次", min_size=1, max_size=40).map("{}。".format),
    st.lists(st.sampled_from(["restart", "the", "phone", "iOS", "4013"]), min_size=1, max_size=12)
    .map(" ".join)
    .map("{}. ".format),
)
paragraphs = st.lists(sentences, min_size=1, max_size=6).map("".join)
lists = st.lists(paragraphs, min_size=1, max_size=8).map(
    lambda items: "\n".join(f"1. {item}" for item in items)
)
bullets = st.lists(paragraphs, min_size=1, max_size=8).map(
    lambda items: "\n".join(f"- {item}" for item in items)
)
fences = st.lists(sentences, min_size=1, max_size=6).map(
    lambda lines: "```\n" + "\n".join(lines) + "\n```"
)
tables = st.lists(sentences, min_size=1, max_size=6).map(
    lambda cells: "| 码 | text |\n|---|---|\n" + "\n".join(f"| 9 | {cell} |" for cell in cells)
)
hidden = paragraphs.map("::: internal\n{}\n:::".format)
parts = st.one_of(paragraphs, lists, bullets, fences, tables, hidden)
headings = st.sampled_from(
    ["## 解决方法", "## Resolution", "## 原因", "### Method 1", "## 症状", "# Other"]
)
bodies = st.lists(st.tuples(headings, st.lists(parts, max_size=4)), max_size=6).map(
    lambda sections: (
        "# 标题\n\n" + "\n\n".join("\n\n".join((head, *body)) for head, body in sections)
    )
)
prefixes = st.lists(st.sampled_from(["- ", "> ", "1. ", "  ", "   ", "    "]), max_size=3).map(
    "".join
)
contents = st.sampled_from(
    """w{0};w{0};w{0};::: internal;:::internal w{0};:::: internal;::: note;:::;::::;```;~~~;;;
    # w{0};w{0}#---;| w{0} |;|---|;<div>w{0};</div>;[ref]: /w{0};[ref];<!-- w{0};-->;<b>*w{0};`w{0};
    ![w{0}](x;\\""".replace("\n    ", "").split(";")
).map(lambda content: content.replace("}#", "}\n"))
strange = st.lists(st.tuples(prefixes, contents), max_size=14).map(
    lambda lines: "\n".join(
        prefix + content.format(number) for number, (prefix, content) in enumerate(lines)
    )
)


few = settings(max_examples=30, deadline=None)


def tokens(text: str) -> int:
    return 2 + len(_TOKEN.findall(text))


def cut(body: str) -> list[Chunk]:
    return chunks(article(body, path="zh/a.md"), tokens=tokens, max_tokens=MAX_TOKENS)


def bare(text: str) -> str:
    return "".join(text.split())


@given(bodies)
@few
def test_no_sentence_is_lost(body: str) -> None:
    kept = "".join(bare(chunk.text) for chunk in cut(body))

    for section in article(body, path="zh/a.md").sections:
        for block in section.blocks:
            for sentence in re.split(r"(?<=[。.])", block.text):
                assert bare(sentence) in kept


@given(bodies)
@few
def test_what_fits_is_never_cut(body: str) -> None:
    found = cut(body)

    for section in article(body, path="zh/a.md").sections:
        for block in section.blocks:
            fits = tokens(block.text) + tokens(block.header) + 40 <= MAX_TOKENS
            if fits and block.kind is not BlockKind.TEXT:
                assert any(
                    block.text in chunk.text and block.header in chunk.text for chunk in found
                )


@given(bodies)
@few
def test_every_passage_has_its_path_and_fits(body: str) -> None:
    for chunk in cut(body):
        assert chunk.heading[0] == "标题"
        assert passage(chunk).startswith("标题")
        assert tokens(passage(chunk)) <= MAX_TOKENS


@given(bodies)
@few
def test_ids_are_unique_and_stable(body: str) -> None:
    found = cut(body)

    assert len({chunk.id for chunk in found}) == len(found)
    assert found == cut(body)


@given(st.lists(paragraphs, min_size=2, max_size=6))
@few
def test_the_order_of_sections_does_not_matter_to_ids(texts: list[str]) -> None:
    sections = [f"## 节{number}\n\n{text}" for number, text in enumerate(texts)]

    before = cut("# 标题\n\n" + "\n\n".join(sections))
    after = cut("# 标题\n\n" + "\n\n".join(reversed(sections)))

    assert Counter(chunk.id for chunk in before) == Counter(chunk.id for chunk in after)


@given(bodies)
@few
def test_no_public_chunk_holds_a_hidden_sentence(body: str) -> None:
    marked = re.sub(r"(?<=::: internal\n)(.*)", r"SECRET \1", body)

    for chunk in cut(marked):
        assert ("SECRET" in chunk.text) <= (chunk.label.audience is Audience.INTERNAL)
    assert "SECRET" not in visible(marked, PUBLIC)
    assert "SECRET" not in html(marked, "标题", audiences=PUBLIC)


@given(strange)
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_no_form_shows_what_another_hides(body: str) -> None:
    try:
        found = article(body, path="zh/a.md")
    except BadArticle:
        return
    shown = words(visible(body, PUBLIC))

    blocks = [block for section in found.sections for block in section.blocks]
    secret = words(" ".join(block.text for block in blocks if block.audience is Audience.INTERNAL))
    public = words(" ".join(block.text for block in blocks if block.audience is Audience.PUBLIC))
    assert secret.isdisjoint(shown)
    assert public <= shown
    assert words(html(body, found.title, audiences=PUBLIC)) <= shown
    assert words(found.title) <= shown


def words(text: str) -> set[str]:
    return set(re.findall(r"w\d+", text))
