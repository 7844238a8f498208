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

    assert [(each.anchor, each.line, each.text, each.empty) for each in steps] == [
        ("step-1", 15, "重启。\n分支\n内部", False),
        ("step-2", 21, "", True),
        ("step-3", 22, "", False),
    ]
