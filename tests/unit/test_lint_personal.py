from __future__ import annotations

import pytest

from ingest.lint.personal import personal
from kb.flaws import FlawKind
from tests.unit.shelves import told, written


@pytest.mark.parametrize(
    "text",
    [
        "联系人 zhang.wei@qq.com，请回电",
        "write to li.na84@gmail.com",
        "ask jane.doe@northwind.co.uk",
        "他的手机是 138 1234 5678",
        "call (212) 867-5309",
        "卡号 6222 0212 3456 7890 128",
        "card 4539 1488 0343 6467",
        "身份证 11010519491231002X",
        "serial F4KN99ZUG5V2",
        "IMEI 356938035643809",
        "ismail.demir@gmail.com 写的",
        "p.masterson@gmail.com",
        "jane.prescottinfo@northwind.com",
        "电话-13812345678",
        "ｚｈａｎｇ．ｗｅｉ＠ｑｑ．ｃｏｍ",
        "card 4539\u20111488\u20110343\u20116467",
        "卡号 ４５３９１４８８０３４３６４６７",
        '<a href="mailto:li.na84@gmail.com">',
        "[写信](mailto:li.na84@gmail.com)",
        "[打给他](tel:+86-138-1234-5678)",
    ],
)
def test_personal_data_is_told_with_its_line_but_not_in_full(text: str) -> None:
    ((kind, line, values),) = told(personal(written(f"第一行 first\n{text}\n"), ()))

    assert (kind, line) == (FlawKind.PERSONAL_DATA, 2)
    assert values["found"].endswith("…")
    assert values["found"].removesuffix("…") in text


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("正文\n\n<div>\n<p>问 li.na84@gmail.com</p>\n</div>\n", 4),
        ("正文\n[写信](mailto:li.na84@gmail.com)\n", 2),
        ("正文\n\n[li.na84@gmail.com](mailto:li.na84@gmail.com)\n", 3),
    ],
)
def test_raw_html_and_links_that_write_to_somebody_are_told_once(body: str, line: int) -> None:
    assert told(personal(written(body), ())) == [(FlawKind.PERSONAL_DATA, line, {"found": "li.n…"})]


def test_personal_data_in_the_front_matter_is_told_with_its_line() -> None:
    source = "---\ntitle: 登录不了\nsymptoms:\n  - 我的邮箱 zhang.wei@qq.com 登不上\n---\n正文\n"

    ((_, line, values),) = told(personal(written(source), ()))

    assert (line, values["found"]) == (4, "zhan…")


@pytest.mark.parametrize(
    "text",
    [
        "例如 zhang.wei@example.com 或 user@qq.com",
        "such as john.smith@contoso.com or jane@mail.example",
        "可疑邮件转发到 reportphishing@apple.com",
        "拨打客服热线 400-666-8800，或 10086",
        "call support at 1-800-275-2273",
        "in films people call (212) 555-0134",
        "错误 0x80070057、4013，系统 22631.4317",
        "class 01234567-89ab-cdef-0123-456789abcdef",
        "allow 52.174.178.4 and 00-15-5D-01-02-03",
        "DNS 114.114.114.114",
        "Rbx=0000000002612320",
        "文件有 68719476736 字节",
        "单号写成 0123456781",
        "username@gmail.com、your-name@qq.com、test123@163.com、first.last@qq.com",
        "li.na@mail.contoso.com",
        "版本 KB-13812345678-x",
        "[看图](https://example.org/13812345678)",
        '<img src="https://example.org/13812345678.png">',
        "[客服](tel:400-666-8800)",
    ],
)
def test_what_is_nobodys_is_no_finding(text: str) -> None:
    assert told(personal(written(f"{text}\n"), ())) == []


def test_a_known_error_code_is_no_finding_whatever_it_looks_like() -> None:
    body = written("报错 13812345678。\n")

    assert told(personal(body, {"13812345678"})) == []
    assert len(told(personal(body, {"4013"}))) == 1


def test_code_blocks_are_not_looked_at() -> None:
    assert told(personal(written("```\nli.na84@gmail.com\n```\n"), ())) == []


def test_an_address_of_very_many_parts_is_judged_like_any_other() -> None:
    body = written(f"zhang.wei@{'b.' * 20_000}com\n")

    assert len(told(personal(body, ()))) == 1
