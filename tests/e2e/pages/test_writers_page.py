"""The writer's page: what to mend, as checks and customers told it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb import findings
from kb.findings import Finding, Severity
from kb.flaws import Flaw, FlawKind
from tests.e2e.editing import SOLUTION
from tests.e2e.people import Person, sign_in


def test_writers_see_what_to_mend(staff: Person, state: Path) -> None:
    assert "fixpoint lint" in staff.get("/writer").text
    found = [
        Finding("zh/a.md", None, Severity.WARNING, "no summary", Flaw(FlawKind.NO_SUMMARY)),
        Finding("zh/b.md", 4, Severity.ERROR, "<b>unknown key</b>"),
    ]
    findings.keep(state, Path("articles"), datetime(2026, 3, 2, 9, 30, tzinfo=UTC), found)

    page = staff.get("/writer").text
    assert "2026-03-02 09:30 UTC" in page
    assert page.index("zh/b.md:4") < page.index("zh/a.md")
    assert "<b>unknown" not in page
    assert ("没有写 summary" in page, "no summary" in page) == (True, False)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "还没有英文版的：1 篇"), ("en", "Without an English version: 1")]
)
def test_writers_see_what_lacks_a_translation_apart_from_what_to_mend(
    staff: Person, state: Path, lang: str, said: str
) -> None:
    staff.client.headers["Accept-Language"] = lang
    flaw = Flaw(FlawKind.NO_TRANSLATION, {"lang": "en"})
    note = Finding("zh/a.md", None, Severity.NOTE, "there is no English version", flaw)
    findings.keep(state, Path("articles"), datetime(2026, 3, 2, 9, 30, tzinfo=UTC), [note])

    page = staff.get("/writer").text

    assert (said in page, "<code>zh/a.md</code>" in page) == (True, True)
    assert 'class="flaws"' not in page


@pytest.mark.parametrize(("lang", "said"), [("zh", "服务读不了"), ("en", "cannot read its file")])
def test_writers_are_told_of_a_check_that_cannot_be_read(
    staff: Person, state: Path, caplog: pytest.LogCaptureFixture, lang: str, said: str
) -> None:
    staff.client.headers["Accept-Language"] = lang
    (state / findings.FILE).mkdir()

    page = staff.get("/writer")

    assert (page.status_code, said in page.text) == (200, True)
    assert "fixpoint lint" not in page.text
    assert "findings.json cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("lang", "none", "line"),
    [
        ("zh", "暂无反馈", "客户：内容写错了。第 2 步 &lt;没有&gt;这个按钮"),
        ("en", "No outcome yet", "Customer: The information is wrong. 第 2 步"),
    ],
)
def test_writers_see_what_was_called_wrong_and_what_nobody_spoke_of(
    client: TestClient, customer: Person, lang: str, none: str, line: str
) -> None:
    customer.get("/?q=煮咖啡")
    fields = {"article": f"zh/{SOLUTION}", "verdict": "not_solved", "complaint": "false"}
    customer.send("/outcomes", search=customer.search(), note="第 2 步 <没有>这个按钮", **fields)
    client.cookies.clear()
    writer = Person(client, lang)
    sign_in(writer)

    page = writer.get("/writer").text

    later = re.findall(r"<td data-label=\"(?:后来|Later)\">(.+?)</td>", page)
    assert later == [none]
    assert line in page
