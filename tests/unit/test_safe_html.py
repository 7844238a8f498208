"""HTML that is safe to show."""

from __future__ import annotations

import pytest

from kb.safe_html import ID_MARK, clean, opened, tamed, text


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<style>p{color:red}</style>",
        '<iframe src="https://x.example"></iframe>',
        '<form action="/x"><input name="a"></form>',
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\nscript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<img src="data:image/svg+xml,x">',
        '<p style="position:fixed">x</p>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext></p><script>alert(1)</script>",
        '<object data="x"></object><embed src="x"><base href="//x.example">',
        "<!-- <script>alert(1)</script> -->",
    ],
)
def test_nothing_that_runs_or_frames_survives(markup: str) -> None:
    found = clean(markup).lower()

    for word in ("script", "style", "onerror", "iframe", "form", "data:", "object", "base", "<!--"):
        assert word not in found


@pytest.mark.parametrize("source", ["http://x.example/a.png", "//x.example/a.png", "\\\\x\\a.png"])
def test_images_come_over_https(source: str) -> None:
    assert "src" not in clean(f'<img src="{source}">')
    assert "src" not in clean('<img src="a/图.png">')
    assert 'src="https://x.example/a.png"' in clean('<img src="https://x.example/a.png">')


def test_only_ids_of_ours_survive() -> None:
    assert clean('<h2 id="step-1">x</h2>') == "<h2>x</h2>"
    assert clean('<a name="body" id="cookie">x</a>').count("=") == 1
    assert clean(f'<h2 id="{ID_MARK}症状">x</h2>') == '<h2 id="症状">x</h2>'


def test_only_known_classes_survive() -> None:
    assert clean('<aside class="internal">x</aside>') == '<aside class="internal">x</aside>'
    assert clean('<aside class="overlay">x</aside>') == "<aside>x</aside>"
    assert clean('<code class="language-c++">x</code>') == '<code class="language-c++">x</code>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("../b.md#x", "../b#x"),
        ("图 片.md", "图 片"),
        ("b.MARKDOWN?x=1", "b?x=1"),
        ("https://x.example/readme.md", "https://x.example/readme.md"),
        ("//x.example/readme.md", "//x.example/readme.md"),
        ("a.mdx", "a.mdx"),
        ("#step-1", "#step-1"),
        ("mailto:a@x.example", "mailto:a@x.example"),
        ("tel:10086", "tel:10086"),
    ],
)
def test_links_to_articles_lose_their_suffix(before: str, after: str) -> None:
    assert clean(f'<a href="{before}">x</a>').startswith(
        f'<a href="{after}" rel="noopener nofollow'
    )


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<table><tr><td>一</td><td>two</td></tr></table>", "一\ntwo"),
        ("<p>a &lt; b &amp; 中</p><script>x()</script><style>p{}</style>c", "a < b & 中\nc"),
        ("<!-- 注释 -->a<br>b", "a\nb"),
        ("", ""),
    ],
)
def test_the_text_of_html_has_a_line_per_block(markup: str, expected: str) -> None:
    assert text(markup) == expected


def test_taming_drops_unknown_tags_and_the_attributes_of_formatting() -> None:
    assert (
        tamed('<font size=1>a</FONT><B onclick="x">b</B><div class="c">')
        == 'a<b>b</b><div class="c">'
    )


@pytest.mark.parametrize(
    ("markup", "count"),
    [("<div><b>", 2), ("<div></div>", 0), ("</div>", -1), ("<p><li><br><td>", 0), ("文字", 0)],
)
def test_open_tags_are_counted_unless_they_close_themselves(markup: str, count: int) -> None:
    assert opened(markup) == count
