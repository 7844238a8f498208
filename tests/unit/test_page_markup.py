from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from markupsafe import Markup

from kb.domain import Audience, Confidence, Visibility
from kb.markdown import article
from search_api.views import markup

EVERYONE = Visibility(frozenset({Audience.PUBLIC}), frozenset(Confidence))
STAFF = replace(EVERYONE, audiences=frozenset(Audience))
TEXT = """# 打印机脱机

## 解决方法

1. 见[恢复模式](restore.md#step-3)或<https://example.com/a?b=1&c=2>。
2. 写成 `<li id="step-9">` 的不是步骤，"><b id="x"> 也不是标签。

   ::: internal
   先问工单号。
   :::
"""
ARTICLE = article(TEXT, path="zh/desktop/printer.md")


def test_every_step_has_a_named_box_and_nothing_else_has() -> None:
    body = markup.tickable(markup.shown(ARTICLE, EVERYONE), "第 {number} 步 <已完成>")

    assert body.count('type="checkbox"') == 2
    assert 'aria-label="第 2 步 &lt;已完成&gt;"' in body
    assert "&lt;li id=" in body


def test_an_internal_block_says_that_it_is_internal() -> None:
    marked = markup.marked(markup.shown(ARTICLE, STAFF), "仅内部可见 & 保密", lang="zh-Hans")

    assert (
        '<aside class="internal"><p class="mark" lang="zh-Hans">仅内部可见 &amp; 保密</p>' in marked
    )
    public = markup.shown(ARTICLE, EVERYONE)
    assert markup.marked(public, "仅内部可见", lang="zh-Hans") == public


def test_an_article_on_another_page_has_no_ids_and_its_links_lead_where_they_led() -> None:
    body = markup.embedded(markup.shown(ARTICLE, STAFF), "/articles/zh/desktop/printer")

    assert 'href="/articles/zh/desktop/restore#step-3"' in body
    assert 'href="https://example.com/a?b=1&amp;c=2"' in body
    assert '<li id="step-' not in body
    assert '&lt;li id="step-9"&gt;' in body
    assert "<h2>" in body
    assert "先问工单号" in body


LINKS = """# 更新失败

[一](restore.md#step-3)、[二](../en/a.md?x=1)、[三](/articles/zh/b)、[四](#五)、[五](/agent?s=1)、
[六](//host/articles/zh/b)、[七](https://example.com/articles/zh/b)、[八](mailto:a@example.com)、
<a href="/&#9;/[x">九</a>

## 五
"""


def test_links_to_other_articles_tell_how_the_reader_came() -> None:
    body = markup.shown(article(LINKS, path="zh/desktop/update.md"), EVERYONE)

    told = markup.leading_on(body, "/articles/zh/desktop/update", "s=1&from=desk")

    kept = "s=1&amp;from=desk"
    assert f'href="/articles/zh/desktop/restore?{kept}#step-3"' in told
    assert f'href="/articles/zh/en/a?x=1&amp;{kept}"' in told
    assert f'href="/articles/zh/b?{kept}"' in told
    assert told.count(kept) == 3
    assert markup.leading_on(body, "/articles/zh/desktop/update", "") == body


@pytest.mark.parametrize(
    "change", [markup.embedded, markup.tickable, partial(markup.marked, lang="zh-Hans")]
)
def test_what_is_no_tag_stays_as_it_is(change: object) -> None:
    assert callable(change)
    text = Markup("<p>a &lt; b, id=&#34;x&#34; ' onclick=1</p>")

    assert change(text, "/articles/zh/x") == text
