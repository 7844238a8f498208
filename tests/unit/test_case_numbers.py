from __future__ import annotations

import pytest

from search_api.schemas.case_numbers import fits, spelt


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("工单 1", "1"),
        ("工单号：CRM-2041", "CRM-2041"),
        ("问题编号 C-7K3M-9QXW", "C-7K3M-9QXW"),
        ("号码:77", "77"),
        ("ＣＲＭ－２０４１", "CRM-2041"),
        ("Case 12", "12"),
        ("case number: CRM-1", "CRM-1"),
        ("Ticket no. 7", "7"),
        ("Ticket No.12", "12"),
        ("Case no.7", "7"),
        ("case no 7", "7"),
        ("单号：123", "123"),
        ("  CRM 2041 ", "CRM-2041"),
        ("#12", "#12"),
        ("CASE-12", "CASE-12"),
        ("ticket12", "ticket12"),
        ("CRM-1@key:mzxw6ytb", "CRM-1@key:mzxw6ytb"),
        ("", ""),
    ],
)
def test_a_case_number_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert spelt(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "工单",
        "张三的工单",
        "工单 一二",
        "单号",
        "a?b",
        "1" * 65,
        "case",
        "工单" + ":" * 16_000 + "1",
    ],
)
def test_what_cannot_be_a_number_stays_as_it_was_typed(typed: str) -> None:
    assert spelt(f" {typed} ") == typed
    assert fits(typed) is (typed == "case")
