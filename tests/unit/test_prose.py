from __future__ import annotations

from kb.markdown.prose import prose

BODY = """\
## 原因

第一行 **粗体**
第二行 [link](https://example.org/13812345678)

```
code
```

| 列 |
|---|
| 格 |

## 解决方法

1. 重启。
   - 分支

   ::: internal
   内部
   :::
2.
3. ![](https://example.org/a.png)
   <br>

## 预防

1. 不是步骤
"""


def test_paragraphs_have_their_lines_and_no_markup_or_code() -> None:
    told = [(each.line, each.text) for each in prose(BODY, "标题").paragraphs]

    assert told[:4] == [(0, "原因"), (2, "第一行 粗体\n第二行 link"), (9, "列"), (11, "格")]
    assert (27, "不是步骤") in told
    assert not [text for _, text in told if "code" in text or "example" in text]


def test_steps_have_their_branches_and_their_lines() -> None:
    steps = prose(BODY, "标题").steps

    assert [(each.number, each.line, each.text, each.notes, each.empty) for each in steps] == [
        (1, 15, "重启。\n分支", "内部", False),
        (2, 21, "", "", True),
        (3, 22, "", "", False),
    ]
    assert not any(each.internal for each in steps)


def test_headings_and_steps_have_their_lines_by_anchor() -> None:
    lines = prose("## 一\n\n## 一\n\n::: internal\n## 解决\n1. 问\n:::\n", "标题").lines

    assert lines == {"一": 0, "一-2": 2, "internal.解决": 5, "internal.step-1": 6}


def test_raw_html_and_links_that_write_or_call_are_kept_apart() -> None:
    body = "a\n<b title='x'>b</b> [c](MAILTO:a%40b.cn)\n\n<div src=https://a.cn/1>\nd\n</div>\n"

    found = [(each.line, each.text) for each in prose(body, "标题").markup]

    assert (1, "a@b.cn") in found
    assert (3, "<div src=>\nd\n</div>") in [(line, text.strip()) for line, text in found]
