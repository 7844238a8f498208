"""The writer's page: what nobody found, what did not help, what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from kb import findings
from kb.domain import Language, Principal, Scope
from kb.knowledge_base import KnowledgeBase
from search_api import links
from search_api.deps import Caller, Kb, Pages, StateFolder, needs
from search_api.readable import readable
from search_api.views import writer as views
from search_api.views.writer import Tally, WriterPage

LEAST: Final[Mapping[Language, float]] = {Language.EN: 0.7203}
"""Provisional: below this fused score, the best solution of an answer counts as none.

The 5th percentile over the development queries of a language (evaluation/reports/weakness.md, made
at commit 0ecb777 by ``python -m evaluation.weakness BENCH tencent-faq-zh xquad-sent-zh-zh
xquad-sent-en-en ms-symptom-en ms-symptom-en-hard``, for the packaged encoder). Chinese has none:
its dense share is 0, so that the best score of every answer is 1 and tells nothing.
"""
DAYS = 30
"""Weak searches of so many days are shown."""
ROWS = 50
"""Of each table, at most."""

router = APIRouter(prefix="/writer", include_in_schema=False, dependencies=[needs(Scope.WRITER)])


@router.api_route("", methods=["GET", "HEAD"])
def writer_page(kb: Kb, caller: Caller, pages: Pages, state: StateFolder) -> Response:
    """Weak searches, outcomes of articles, and the last check of the articles."""
    words, check = pages.words, findings.last(state)
    since = datetime.now(UTC) - timedelta(days=DAYS)
    weak = kb.casebook.weak(since=since, least=LEAST, limit=ROWS)
    page = WriterPage(
        weak=tuple(views.weak(each, words) for each in weak),
        tallies=_tallies(kb, caller, pages.reader.lang),
        flaws=views.flaws(check, words),
        checked=views.checked(check, words),
        days=DAYS,
        least=f"{LEAST[Language.EN]:.2f}",
    )
    response = pages.response(
        "writer.html", page, {lang: f"/writer?lang={lang}" for lang in Language}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _tallies(kb: KnowledgeBase, caller: Principal, lang: Language) -> tuple[Tally, ...]:
    rows = [
        (id_, readable(kb, id_, caller, lang), counts)
        for id_, counts in views.worst(kb.casebook.counts(), ROWS)
    ]
    return tuple(
        Tally(id_, found.title if found else id_, links.page(found.id) if found else "", counts)
        for id_, found, counts in rows
    )
