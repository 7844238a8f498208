"""What a form that was not taken says of itself before it is sent again."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from kb.domain import Language
from search_api import agent_pages, pages
from search_api.unsent import Unsent
from search_api.views.resume import resume
from search_api.wording import words


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("/agent", "查找", "Look up"),
        ("/agent/outcomes", "记录结果", "Record the outcome"),
        ("/agent/corrections", "更正", "Correct"),
        ("/agent/retractions", "撤回", "Take back"),
        ("/agent/reopenings", "问题又出现了，重新打开", "It came back: reopen the case"),
        ("/outcomes", "提交反馈", "Send"),
        ("/log", "读取错误代码", "Read error codes"),
    ],
)
def test_a_form_tells_what_sending_it_does(path: str, zh: str, en: str) -> None:
    form = Unsent(path=path, fields=(("outcome", "8f0c"), ("s", "")))

    told = [resume(form, "/agent", words(lang)) for lang in (Language.ZH, Language.EN)]

    assert [each.act for each in told] == [zh, en]
    assert [each.shown for each in told] == [(), ()]


def test_every_form_of_our_pages_can_tell_it() -> None:
    routes = (*agent_pages.router.routes, *pages.router.routes)
    forms = [
        each.path
        for each in routes
        if isinstance(each, APIRoute) and "POST" in (each.methods or ())
    ]

    acts = {
        path: resume(Unsent(path=path, fields=()), "/", words(Language.ZH)).act for path in forms
    }

    assert len(acts) == 7
    assert "" not in acts.values()


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            Language.ZH,
            [("工单号（选填）", "CRM-7"), ("结果", "没解决"), ("备注（选填）", "换过线了")],
        ),
        (
            Language.EN,
            [
                ("Case number (optional)", "CRM-7"),
                ("Outcome", "Not solved"),
                ("Note (optional)", "换过线了"),
            ],
        ),
    ],
)
def test_what_somebody_typed_or_chose_is_shown_in_the_order_of_the_form(
    lang: Language, shown: list[tuple[str, str]]
) -> None:
    fields = (("case", "CRM-7"), ("s", "0b8f"), ("verdict", "not_solved"), ("note", "换过线了"))

    page = resume(Unsent(path="/elsewhere", fields=fields), "/agent", words(lang))

    assert [*page.shown] == shown
    assert (page.act, page.fields) == ("", fields)
